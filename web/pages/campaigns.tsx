import { useEffect, useState } from 'react'
import { useSearch } from 'wouter'
import type { Answer } from '../../src/dashboard/answers.ts'
import {
  COLUMN_PRESET_NAMES,
  COLUMN_PRESETS,
  DEFAULT_COLUMNS,
  toColumns,
} from '../../src/dashboard/column-presets.ts'
import { MEASURE_NAMES, MEASURES, type MeasureName } from '../../src/dashboard/measures.ts'
import { OBJECT_LEVELS, type ObjectLevel, toObjectLevel } from '../../src/dashboard/object-level.ts'
import { OVERVIEW_MEASURES } from '../../src/dashboard/panels/figures-by-day.ts'
import { FILE_WINDOW, MOST_ROWS, type ObjectRow, type Objects } from '../../src/dashboard/panels/objects.ts'
import { isObjectId } from '../../src/model/object-id.ts'
import { useParams } from '../address.ts'
import { filterOf, request, usePanel } from '../api.ts'
import { tableNotes } from '../parts/address-notes.ts'
import { Menu } from '../parts/menu.tsx'
import { AddressNotes } from '../parts/notes.tsx'
import { ObjectDrawer } from '../parts/object-drawer.tsx'
import { budgetOf, LABELS, ObjectTable } from '../parts/object-table.tsx'
import { Panel } from '../parts/panel.tsx'
import { type Column, measureColumn, toSheet } from '../parts/sheet.ts'
import { Empty } from '../parts/states.tsx'

export default function CampaignsPage() {
  const [params, change] = useParams()
  const level = toObjectLevel(params.get('level'))
  const columns = toColumns(params.get('cols'))
  const sort = params.get('sort') ?? '-spend'
  const find = params.get('q') ?? ''
  const asked = {
    level,
    cols: columns.join(','),
    sort,
    ...(find !== '' && { q: find }),
    ...(params.has('as') && { as: params.get('as') ?? '' }),
    ...(params.get('all') === '1' && { all: '1' }),
  }
  const filter = filterOf(useSearch())
  const query = usePanel('objects', { ...asked, offset: 0 })
  const [openLevel, openId] = (params.get('open') ?? '').split(':')
  const metric = OVERVIEW_MEASURES.find((name) => sort.endsWith(name)) ?? 'spend'
  const enter = (row: ObjectRow) =>
    level === 'campaign'
      ? change({ level: 'adset', c: row.id, as: null, q: null })
      : change({ level: 'ad', as: row.id, q: null })
  return (
    <>
      <h1 className="sr-only">Campaigns</h1>
      <Levels
        level={level}
        choose={(next) => change({ level: next === 'campaign' ? null : next, as: null })}
      />
      <AddressNotes notes={tableNotes(params, columns)} />
      {params.has('as') && (
        <p className="note" role="status">
          Only ads of {(params.get('as') ?? '').split(',').length === 1 ? 'one ad set' : 'some ad sets'}.{' '}
          <button type="button" onClick={() => change({ as: null })}>
            Show all
          </button>
        </p>
      )}
      <Panel
        title={LABELS[level]}
        query={query}
        tools={<Tools level={level} columns={columns} find={find} />}
        table={({ rows }, { currency }) => toSheet(columnsOf(columns, currency), rows)}
        all={async () =>
          toSheet(
            columnsOf(columns, query.data?.view?.currency ?? null),
            await readAll(filter, asked, Math.min(query.data?.data.all?.count ?? 0, MOST_ROWS)),
          )
        }
      >
        {(data, { currency }) =>
          query.isPlaceholderData && level !== data.level ? (
            <div className="skeleton" aria-hidden="true" />
          ) : data.all === null || data.all.count === 0 ? (
            <Empty>
              {find === ''
                ? `No ${LABELS[level].toLowerCase()} delivered anything in this range.`
                : `Nothing matches “${find}”.`}{' '}
              {find !== '' && (
                <button type="button" onClick={() => change({ q: null })}>
                  Clear search
                </button>
              )}
            </Empty>
          ) : (
            <ObjectTable
              key={`${filter} ${JSON.stringify(asked)}`}
              level={level}
              columns={columns}
              params={asked}
              first={data.rows}
              all={data.all}
              currency={currency}
              sort={sort}
              setSort={(next) => change({ sort: next === '-spend' ? null : next }, { replace: true })}
              open={(row) => change({ open: `${level}:${row.id}` })}
              enter={level === 'ad' ? null : enter}
            />
          )
        }
      </Panel>
      {openId && isObjectId(openId) && (
        <ObjectDrawer
          key={openId}
          level={toObjectLevel(openLevel ?? null)}
          id={openId}
          metric={metric}
          close={() => change({ open: null }, { replace: true })}
        />
      )}
    </>
  )
}

function columnsOf(columns: readonly MeasureName[], currency: string | null): Column<ObjectRow>[] {
  return [
    { label: 'Id', show: ({ id }) => id },
    { label: 'Name', show: ({ name }) => name },
    { label: 'Status', show: ({ effective_status }) => effective_status ?? '' },
    {
      label: 'Budget',
      show: (row) => budgetOf(row, currency),
      raw: (row) => row.daily_budget ?? row.lifetime_budget,
    },
    {
      label: 'Budget is',
      show: ({ daily_budget: daily, lifetime_budget: lifetime }) =>
        daily ? 'daily' : lifetime ? 'in all' : '',
    },
    { label: 'Campaign', show: ({ campaign_name }) => campaign_name ?? '' },
    ...columns.map((name) => {
      const column = measureColumn(name, currency)
      return {
        ...column,
        show: (row: ObjectRow) =>
          column.show({ [name]: row[name] ?? null } as Record<MeasureName, string | null>),
        raw: (row: ObjectRow) => row[name],
      }
    }),
  ]
}

/** Every row, window by window. Throws ApiError. */
async function readAll(
  filter: string,
  asked: Readonly<Record<string, string>>,
  count: number,
): Promise<ObjectRow[]> {
  const rows: ObjectRow[] = []
  for (let offset = 0; offset < count; offset += FILE_WINDOW) {
    const params = new URLSearchParams({ ...asked, offset: String(offset), limit: String(FILE_WINDOW) })
    const { data } = await request<Answer<Objects>>(
      `/api/panel/objects?${[filter, params].filter(String).join('&')}`,
    )
    rows.push(...data.rows)
  }
  return rows.slice(0, count)
}

function Levels({
  level,
  choose,
}: {
  readonly level: ObjectLevel
  readonly choose: (level: ObjectLevel) => void
}) {
  return (
    <fieldset className="levels">
      <legend className="sr-only">Level</legend>
      {OBJECT_LEVELS.map((name) => (
        <button type="button" key={name} aria-pressed={name === level} onClick={() => choose(name)}>
          {LABELS[name]}
        </button>
      ))}
    </fieldset>
  )
}

interface ToolsProps {
  readonly level: ObjectLevel
  readonly columns: readonly MeasureName[]
  readonly find: string
}

/** How long nothing is typed before it is searched for. */
const TYPING_MS = 250

function Tools({ level, columns, find }: ToolsProps) {
  const [params, change] = useParams()
  const [typed, setTyped] = useState(find)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts a search
  useEffect(() => {
    if (typed === find) return
    const timer = setTimeout(() => change({ q: typed }, { replace: true }), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  useEffect(() => setTyped(find), [find])
  const cols = params.get('cols') ?? DEFAULT_COLUMNS
  const preset = COLUMN_PRESET_NAMES.find((name) => name === cols)
  const toggle = (name: MeasureName, isOn: boolean) =>
    change(
      { cols: MEASURE_NAMES.filter((other) => (other === name ? isOn : columns.includes(other))).join(',') },
      { replace: true },
    )
  return (
    <div className="tools">
      <input
        id="table-search"
        type="search"
        aria-label={`Search ${LABELS[level].toLowerCase()}`}
        placeholder="Name or id"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={params.get('all') === '1'}
          onChange={(event) => change({ all: event.target.checked ? '1' : null })}
        />
        also without delivery
      </label>
      <Menu label="Columns" value={preset ? COLUMN_PRESETS[preset].label : 'chosen'} className="right">
        <label className="filter">
          <span>Set</span>
          <select
            value={preset ?? ''}
            onChange={(event) =>
              change({ cols: event.target.value === DEFAULT_COLUMNS ? null : event.target.value })
            }
          >
            {!preset && <option value="">Chosen</option>}
            {COLUMN_PRESET_NAMES.map((name) => (
              <option key={name} value={name}>
                {COLUMN_PRESETS[name].label}
              </option>
            ))}
          </select>
        </label>
        <ul className="choices">
          {MEASURE_NAMES.map((name) => (
            <li key={name}>
              <label title={MEASURES[name].meaning}>
                <input
                  type="checkbox"
                  checked={columns.includes(name)}
                  onChange={(event) => toggle(name, event.target.checked)}
                />
                {MEASURES[name].label}
              </label>
            </li>
          ))}
        </ul>
        <p className="muted">
          Reach and results are not among them: neither can be added up. <a href="/words#reach">Why</a>
        </p>
      </Menu>
    </div>
  )
}
