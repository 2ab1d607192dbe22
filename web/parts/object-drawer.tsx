import { Link } from 'wouter'
import { type DayMeasure, titleOf } from '../../src/dashboard/by-day.ts'
import { MEASURES } from '../../src/dashboard/measures.ts'
import type { ObjectLevel } from '../../src/dashboard/object-level.ts'
import type { AdObject } from '../../src/dashboard/panels/object.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { usePageAddress } from '../address.ts'
import { usePanel } from '../api.ts'
import { formatDay, formatMeasure, formatMoment } from '../format.ts'
import { Change } from './change.tsx'
import { whatChanged } from './changes.ts'
import { Drawer } from './drawer.tsx'
import { FiguresChart } from './figures-chart.tsx'
import { budgetOf, Status } from './object-table.tsx'
import { Panel } from './panel.tsx'
import { Empty } from './states.tsx'

interface ObjectDrawerProps {
  readonly level: ObjectLevel
  readonly id: string
  readonly metric: DayMeasure
  readonly close: () => void
}

const SHOWN: readonly DayMeasure[] = ['spend', 'link_clicks', 'purchases', 'cost_per_purchase', 'roas']

/** One campaign, ad set or ad: what it is, how it went, and what was changed about it. */
export function ObjectDrawer({ level, id, metric, close }: ObjectDrawerProps) {
  const query = usePanel('object', { level, id })
  const object = query.data?.data
  const name = object ? (object.attributes.name ?? `Unknown ${level}`) : id
  return (
    <Drawer title={name} close={close}>
      {object && <Attributes object={object} id={id} />}
      <Panel title={titleOf(metric)} query={query}>
        {({ view, current, previous, changes }) => (
          <>
            <Figures view={view} object={{ current, previous }} />
            <FiguresChart
              view={view}
              current={current}
              previous={previous}
              metric={metric}
              changes={changes}
              height={220}
            />
          </>
        )}
      </Panel>
      {object && <History object={object} currency={object.view.currency} />}
    </Drawer>
  )
}

function Attributes({
  object: { attributes, campaignName, level, view },
  id,
}: {
  readonly object: AdObject
  readonly id: string
}) {
  const address = usePageAddress()
  const facts = [
    attributes.objective,
    attributes.optimization_goal,
    attributes.bid_strategy,
    attributes.start_time && `since ${formatMoment(attributes.start_time)}`,
  ].filter((text) => text !== undefined && text !== '')
  const campaign = attributes.campaign_id
  return (
    <>
      <p>
        <Status of={attributes.effective_status ?? null} /> · <code>{id}</code>
        {level !== 'ad' && ` · budget ${budgetOf(attributes, view.currency)}`}
      </p>
      {level !== 'campaign' && campaign && (
        <p>
          In the campaign{' '}
          <Link href={address('/campaigns', { open: `campaign:${campaign}` })}>
            {campaignName ?? campaign}
          </Link>
        </p>
      )}
      {facts.length > 0 && <p className="muted">{facts.join(' · ')}</p>}
      {campaign && (
        <p className="links">
          {level === 'campaign' && (
            <Link href={address('/campaigns', { c: campaign, level: 'adset' })}>Ad sets</Link>
          )}
          {level === 'adset' && (
            <Link href={address('/campaigns', { c: campaign, level: 'ad', as: id })}>Ads</Link>
          )}
          <Link href={address('/audience', { c: campaign })}>
            Who saw {level === 'campaign' ? 'it' : 'its campaign'}
          </Link>
          <Link href={address('/conversions', { c: campaign })}>
            Conversions{level === 'campaign' ? '' : ' of its campaign'}
          </Link>
        </p>
      )}
    </>
  )
}

function Figures({
  view,
  object: { current, previous },
}: {
  readonly view: View
  readonly object: Pick<AdObject, 'current' | 'previous'>
}) {
  return (
    <dl className="figures">
      {SHOWN.map((name) => (
        <div key={name}>
          <dt>{MEASURES[name].label}</dt>
          <dd>
            <strong>{formatMeasure(name, current.total[name], { currency: view.currency })}</strong>
            {previous && (
              <Change
                measure={name}
                now={current.total[name]}
                before={previous.total[name]}
                obstacle={view.obstacle}
              />
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function History({
  object: { changes },
  currency,
}: {
  readonly object: AdObject
  readonly currency: string | null
}) {
  return (
    <section className="panel" aria-label="Changes">
      <h2>Changes</h2>
      {changes.length === 0 ? (
        <Empty>No change was seen since it was first loaded.</Empty>
      ) : (
        <ul className="changes">
          {changes.map((change) => (
            <li key={`${change.date} ${change.what} ${change.before} ${change.after}`}>
              <time dateTime={change.date}>{formatDay(change.date)}</time> {whatChanged(change, currency)}
            </li>
          ))}
        </ul>
      )}
      <p className="muted">A change bears the day of the sync that noticed it.</p>
    </section>
  )
}
