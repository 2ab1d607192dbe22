import { useState } from 'react'
import type { Setting } from '../../src/dashboard/answers.ts'
import { shifted } from '../../src/dashboard/date-range.ts'
import {
  COMPARISONS,
  type Comparison,
  DEFAULT_PRESET,
  PRESETS,
  type Preset,
  STATUSES,
} from '../../src/dashboard/filter.ts'
import { addDays, daysBetween, isCalendarDate } from '../../src/model/calendar-date.ts'
import { useParams } from '../address.ts'
import { usePanel, useScope } from '../api.ts'
import { formatDays } from '../format.ts'
import { Menu } from './menu.tsx'

const PRESET_LABELS: Readonly<Record<Preset, string>> = {
  yesterday: 'Yesterday',
  last_7d: 'Last 7 days',
  last_14d: 'Last 14 days',
  last_28d: 'Last 28 days',
  last_90d: 'Last 90 days',
  this_month: 'This month',
  last_month: 'Last month',
  this_quarter: 'This quarter',
  last_quarter: 'Last quarter',
  this_year: 'This year',
  all: 'Everything loaded',
}

const COMPARISON_LABELS: Readonly<Record<Comparison, string>> = {
  prev: 'Period before',
  year: 'A year before',
  none: 'Nothing',
}

const STATUS_LABELS = { ACTIVE: 'Active', PAUSED: 'Paused', OTHER: 'Other' } as const

/** What every page is filtered by; all of it stands in the address. */
export function FilterBar({ setting }: { readonly setting: Setting }) {
  return (
    <form className="filters" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      <Accounts setting={setting} />
      <Dates />
      <Compare />
      <Campaigns />
      <Statuses />
      <Currency />
    </form>
  )
}

/** The comma-separated list of a parameter, and a switch for one of its values. */
function useList(name: string): [readonly string[], (value: string, isOn: boolean) => void, () => void] {
  const [params, change] = useParams()
  const list = (params.get(name) ?? '').split(',').filter(Boolean)
  const toggle = (value: string, isOn: boolean) =>
    change({ [name]: (isOn ? [...list, value] : list.filter((other) => other !== value)).join(',') })
  return [list, toggle, () => change({ [name]: null })]
}

function Accounts({ setting: { accounts } }: { readonly setting: Setting }) {
  const [chosen, toggle, clear] = useList('acc')
  const [first] = accounts
  if (accounts.length < 2) return <span className="filter-fixed">{first?.name ?? 'No account'}</span>
  const only = accounts.find(({ id }) => id === chosen[0])
  return (
    <Menu
      label="Account"
      value={
        chosen.length === 0
          ? `all ${accounts.length}`
          : chosen.length === 1 && only
            ? only.name
            : `${chosen.length} of ${accounts.length}`
      }
    >
      <Choices
        items={accounts.map(({ id, name, currency }) => ({
          id,
          name,
          detail: `act_${id}${currency ? ` · ${currency}` : ''}`,
        }))}
        chosen={chosen}
        toggle={toggle}
      />
      <ClearButton isNeeded={chosen.length > 0} clear={clear} />
    </Menu>
  )
}

interface ChoicesProps {
  readonly items: readonly { readonly id: string; readonly name: string; readonly detail?: string }[]
  readonly chosen: readonly string[]
  readonly toggle: (id: string, isOn: boolean) => void
}

function Choices({ items, chosen, toggle }: ChoicesProps) {
  return (
    <ul className="choices">
      {items.map(({ id, name, detail }) => (
        <li key={id}>
          <label>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) => toggle(id, event.target.checked)}
            />
            <span>
              {name}
              {detail && <small>{detail}</small>}
            </span>
          </label>
        </li>
      ))}
    </ul>
  )
}

function ClearButton({ isNeeded, clear }: { readonly isNeeded: boolean; readonly clear: () => void }) {
  return isNeeded ? (
    <button type="button" onClick={clear}>
      Show all
    </button>
  ) : null
}

function Dates() {
  const [params, change] = useParams()
  const scope = useScope().data?.data
  const asked = PRESETS.find((preset) => preset === params.get('range'))
  const isCustom = params.has('since')
  const preset = asked ?? DEFAULT_PRESET
  // A day that is moved beyond the other one takes it along.
  const length = scope ? daysBetween(scope.since, scope.until) + 1 : 1
  const setDays = (since: string, until: string) => {
    if (isCalendarDate(since) && isCalendarDate(until)) change({ since, until, range: null })
  }
  const move = (direction: 1 | -1) => {
    if (!scope) return
    const { since, until } = shifted(scope, direction, scope.today)
    setDays(since, until)
  }
  return (
    <div className="dates">
      <button type="button" className="quiet" aria-label="Earlier" title="Earlier" onClick={() => move(-1)}>
        ‹
      </button>
      <label className="filter">
        <span>Dates</span>
        <select
          id="filter-range"
          value={isCustom ? 'custom' : preset}
          onChange={(event) => {
            event.target.blur()
            if (event.target.value !== 'custom')
              change({ range: event.target.value, since: null, until: null })
            else if (scope) setDays(scope.since, scope.until)
          }}
        >
          {PRESETS.map((name) => (
            <option key={name} value={name}>
              {PRESET_LABELS[name]}
            </option>
          ))}
          <option value="custom">Other days …</option>
        </select>
      </label>
      {isCustom && scope && (
        <span className="days">
          <DateInput
            label="First day"
            value={scope.since}
            commit={(day) =>
              isCalendarDate(day) && setDays(day, day > scope.until ? addDays(day, length - 1) : scope.until)
            }
          />
          –
          <DateInput
            label="Last day"
            value={scope.until}
            commit={(day) =>
              isCalendarDate(day) && setDays(day < scope.since ? addDays(day, 1 - length) : scope.since, day)
            }
          />
        </span>
      )}
      <button
        type="button"
        className="quiet"
        aria-label="Later"
        title="Later"
        disabled={scope !== undefined && scope.until >= scope.today}
        onClick={() => move(1)}
      >
        ›
      </button>
    </div>
  )
}

interface DateInputProps {
  readonly label: string
  readonly value: string
  readonly commit: (day: string) => void
}

/** A day that is typed part by part, and counts when it is left, or Enter is pressed, or the calendar has been used. */
function DateInput({ label, value, commit }: DateInputProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const end = () => {
    if (typed !== null && typed !== value) commit(typed)
    setTyped(null)
  }
  return (
    <input
      type="date"
      aria-label={label}
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={end}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end()
      }}
    />
  )
}

function Compare() {
  const [params, change] = useParams()
  const scope = useScope().data?.data
  const comparison = COMPARISONS.find((name) => name === params.get('cmp')) ?? 'prev'
  return (
    <div className="compare">
      <label className="filter">
        <span>Compare with</span>
        <select
          id="filter-comparison"
          value={comparison}
          title={scope?.previous ? formatDays(scope.previous.since, scope.previous.until) : undefined}
          onChange={(event) => {
            event.target.blur()
            change({ cmp: event.target.value === 'prev' ? null : event.target.value })
          }}
        >
          {COMPARISONS.map((name) => (
            <option key={name} value={name}>
              {COMPARISON_LABELS[name]}
            </option>
          ))}
        </select>
      </label>
      {comparison !== 'none' && (
        <label className="check" title="Moves the comparison by whole weeks, so that Mondays meet Mondays">
          <input
            type="checkbox"
            checked={params.get('wd') !== '0'}
            onChange={(event) => change({ wd: event.target.checked ? null : '0' })}
          />
          same weekdays
        </label>
      )}
    </div>
  )
}

function Campaigns() {
  const [chosen, toggle, clear] = useList('c')
  const [search, setSearch] = useState('')
  const found = usePanel('campaign-names', { find: search, chosen: chosen.join(',') })
  const names = found.data?.data ?? []
  const first = names.find(({ id }) => id === chosen[0])
  return (
    <Menu
      label="Campaign"
      value={
        chosen.length === 0 ? 'all' : chosen.length === 1 && first ? first.name : `${chosen.length} chosen`
      }
    >
      <input
        id="filter-campaign"
        type="search"
        aria-label="Search campaigns"
        placeholder="Name or id"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {names.length === 0 && found.data && <p className="muted">No campaign matches “{search}”.</p>}
      <Choices items={names} chosen={chosen} toggle={toggle} />
      <ClearButton isNeeded={chosen.length > 0} clear={clear} />
    </Menu>
  )
}

function Statuses() {
  const [chosen, toggle, clear] = useList('st')
  const labels = STATUSES.filter((status) => chosen.includes(status)).map((status) => STATUS_LABELS[status])
  return (
    <Menu label="Status" value={labels.length === 0 ? 'any' : labels.join(', ')}>
      <Choices
        items={STATUSES.map((id) => ({ id, name: STATUS_LABELS[id] }))}
        chosen={chosen}
        toggle={toggle}
      />
      <p className="muted">Of the campaign, on every page, also where its ad sets and ads are listed.</p>
      <ClearButton isNeeded={chosen.length > 0} clear={clear} />
    </Menu>
  )
}

/** Amounts of several currencies are never added up: one is shown at a time. */
function Currency() {
  const [, change] = useParams()
  const scope = useScope().data?.data
  if (!scope || scope.currencies.length < 2) return null
  return (
    <label className="filter">
      <span>Currency</span>
      <select value={scope.currency ?? ''} onChange={(event) => change({ cur: event.target.value })}>
        {scope.currencies.map((code) => (
          <option key={code} value={code}>
            {code}
          </option>
        ))}
      </select>
    </label>
  )
}
