import { BREAKDOWN_MEASURES, MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'
import type { AgeGenderRow, CountryRow, Segmented } from '../../src/dashboard/panels/audience.ts'
import type { Figures } from '../../src/dashboard/panels/figures-by-day.ts'
import { useParams } from '../address.ts'
import { usePanel } from '../api.ts'
import { formatMeasure, formatShare } from '../format.ts'
import { measureNotes } from '../parts/address-notes.ts'
import { AgeGender } from '../parts/age-gender.tsx'
import { AddressNotes } from '../parts/notes.tsx'
import { Panel } from '../parts/panel.tsx'
import { type Column, measureColumn, toSheet } from '../parts/sheet.ts'
import { type SortColumn, SortTable } from '../parts/sort-table.tsx'
import { Empty } from '../parts/states.tsx'
import { FEW_PURCHASES, whyFew } from '../parts/too-few.ts'
import { WorldMap } from '../parts/world-map.tsx'

/** Columns of the table of countries, beside the measure that is chosen. */
const USUAL: readonly MeasureName[] = [
  'spend',
  'link_clicks',
  'ctr',
  'purchases',
  'conversion_rate',
  'cost_per_purchase',
  'roas',
]

export default function AudiencePage() {
  const [params, change] = useParams()
  const measure = BREAKDOWN_MEASURES.find((name) => name === params.get('m')) ?? 'spend'
  const ages = usePanel('age-gender')
  const countries = usePanel('country')
  return (
    <>
      <h1 className="sr-only">Audience</h1>
      <AddressNotes notes={measureNotes(params, BREAKDOWN_MEASURES)} />
      <p className="toolbar">
        <label className="filter">
          <span>Measure</span>
          <select
            value={measure}
            onChange={(event) => change({ m: event.target.value === 'spend' ? null : event.target.value })}
          >
            {BREAKDOWN_MEASURES.map((name) => (
              <option key={name} value={name}>
                {MEASURES[name].label}
              </option>
            ))}
          </select>
        </label>{' '}
        <span className="muted">{MEASURES[measure].meaning}</span>
      </p>
      <div className="grid">
        <Panel
          title={`${MEASURES[measure].label} by age and gender`}
          query={ages}
          className="half"
          table={({ rows }, { currency }) =>
            toSheet<AgeGenderRow>(
              [
                { label: 'Age', show: ({ age }) => age },
                { label: 'Gender', show: ({ gender }) => gender },
                ...figureColumns<AgeGenderRow>(currency),
              ],
              rows,
            )
          }
        >
          {(data, { currency }) =>
            data.rows.length === 0 ? (
              <Empty>No figures by age and gender in this range.</Empty>
            ) : (
              <>
                <AgeGender rows={data.rows} measure={measure} currency={currency} />
                <NotBrokenDown data={data} measure={measure} currency={currency} />
              </>
            )
          }
        </Panel>
        <Panel
          title={`${MEASURES[measure].label} by country`}
          query={countries}
          className="half"
          table={({ rows }, { currency }) =>
            toSheet<CountryRow>(
              [
                { label: 'Code', show: ({ code }) => code },
                { label: 'Country', show: ({ name }) => name },
                ...figureColumns<CountryRow>(currency),
              ],
              rows,
            )
          }
        >
          {(data, { currency }) =>
            data.rows.length === 0 ? (
              <Empty>No figures by country in this range.</Empty>
            ) : (
              <>
                <WorldMap
                  values={new Map(data.rows.map((row) => [row.code, toNumber(row[measure])]))}
                  label={MEASURES[measure].label}
                  format={(value) => formatMeasure(measure, value, { currency, compact: true })}
                  nameOf={(code) => data.rows.find((row) => row.code === code)?.name ?? code}
                />
                <NotBrokenDown data={data} measure={measure} currency={currency} />
              </>
            )
          }
        </Panel>
        <Panel
          title="Countries"
          query={countries}
          about={`Rates of fewer than ${FEW_PURCHASES} purchases are grey: chance moves them much.`}
        >
          {({ rows }, { currency }) => (
            <SortTable
              key={measure}
              caption="Countries"
              rows={rows}
              keyOf={({ code }) => code}
              sortBy={measure}
              columns={[
                {
                  key: 'name',
                  label: 'Country',
                  show: ({ name, code }) => (code === 'unknown' ? name : `${name} (${code})`),
                },
                ...[...new Set<MeasureName>([measure, ...USUAL])].map((name) => sortColumn(name, currency)),
              ]}
            />
          )}
        </Panel>
      </div>
    </>
  )
}

function figureColumns<Row extends Partial<Figures>>(currency: string | null): Column<Row>[] {
  return BREAKDOWN_MEASURES.map((name) => ({
    ...measureColumn(name, currency),
    show: (row) => formatMeasure(name, row[name], { currency }),
    raw: (row) => row[name],
  }))
}

function sortColumn(name: MeasureName, currency: string | null): SortColumn<CountryRow> {
  const { label, meaning }: Measure = MEASURES[name]
  return {
    key: name,
    label,
    meaning,
    isNumber: true,
    show: (row) => formatMeasure(name, row[name], { currency }),
    raw: (row) => toNumber(row[name]),
    isFew: (row) => whyFew(name, row) !== null,
  }
}

function toNumber(value: string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

interface NotBrokenDownProps {
  readonly data: Segmented<Partial<Figures>>
  readonly measure: MeasureName
  readonly currency: string | null
}

/** Meta leaves what happened off its own pages out of some breakdowns: the difference is shown, not hidden. */
function NotBrokenDown({ data, measure, currency }: NotBrokenDownProps) {
  if (data.holes > 0)
    return (
      <p className="bad-word">
        {data.holes} {data.holes === 1 ? 'day' : 'days'} of this breakdown {data.holes === 1 ? 'is' : 'are'}{' '}
        not loaded.
      </p>
    )
  const { per }: Measure = MEASURES[measure]
  const total = Number(data.total[measure] ?? 0)
  const shown = data.rows.reduce((sum, row) => sum + Number(row[measure] ?? 0), 0)
  // Below the last digit that is shown there is no difference.
  if (per !== undefined || Math.abs(total - shown) < 0.005) return null
  return (
    <p className="muted">
      Not broken down: {formatMeasure(measure, total - shown, { currency })}
      {total !== 0 && ` (${formatShare((total - shown) / total, 1)} of all)`}. Meta leaves some actions out of
      breakdowns.
    </p>
  )
}
