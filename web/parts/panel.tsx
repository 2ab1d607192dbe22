import { type ReactNode, useId, useRef, useState } from 'react'
import type { PanelName } from '../../src/dashboard/panels/panels.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { ApiError, type PanelQuery } from '../api.ts'
import { copyText } from './copy.ts'
import { download } from './download.ts'
import { PlainTable } from './plain-table.tsx'
import { type Sheet, toCsv } from './sheet.ts'

interface PanelProps<Name extends PanelName> {
  readonly title: string
  readonly query: PanelQuery<Name>
  /** One sentence under the title. */
  readonly about?: ReactNode
  /** Choices that belong to this panel alone. */
  readonly tools?: ReactNode
  /** Shows the data by what they are of: the address may be further. */
  readonly children: (data: NonNullable<PanelQuery<Name>['data']>['data'], view: View) => ReactNode
  /** The same figures as rows: for the table and the CSV. */
  readonly table?: (data: NonNullable<PanelQuery<Name>['data']>['data'], view: View) => Sheet
  /** For the CSV, where `table` is of a part of the rows. */
  readonly all?: () => Promise<Sheet>
  readonly className?: string
  /** Whether its data are of the days of the filter; as they are now when not. */
  readonly isOfRange?: boolean
}

/** The frame of everything that shows data: its states, and the ways to its figures. */
export function Panel<Name extends PanelName>(props: PanelProps<Name>) {
  const { title, query, about, tools, children, table, all, className = '', isOfRange = true } = props
  const id = useId()
  const [isTable, setTable] = useState(false)
  const view = query.data?.view ?? null
  const sheet = () => (query.data && view && table ? table(query.data.data, view) : null)
  const shown = isTable ? sheet() : null
  return (
    <section className={`panel ${className}`} aria-labelledby={id} aria-busy={query.isFetching}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {tools}
      </div>
      {about && <p className="about">{about}</p>}
      <PanelTrouble query={query} />
      {query.data && view ? (
        shown ? (
          <PlainTable caption={title} sheet={shown} />
        ) : (
          <div className={query.isPlaceholderData ? 'body stale' : 'body'}>
            {children(query.data.data, view)}
          </div>
        )
      ) : (
        !query.error && <div className="skeleton" aria-hidden="true" />
      )}
      {query.data && (
        <div className="panel-foot">
          {table && (
            <>
              <button
                type="button"
                className="quiet"
                aria-pressed={isTable}
                onClick={() => setTable(!isTable)}
              >
                Table
              </button>
              <button
                type="button"
                className="quiet"
                onClick={async () => {
                  // What cannot be read is told above the panel when it is asked again.
                  const found = all ? await all().catch(() => sheet()) : sheet()
                  if (found && view) download(fileName(title, view, isOfRange), toCsv(found))
                }}
              >
                CSV
              </button>
            </>
          )}
          <SqlButton title={title} statements={query.data.sql} ms={query.data.ms} />
        </div>
      )}
    </section>
  )
}

/** E.g. `campaigns-2026-11-01-to-2026-11-28-eur.csv`. */
function fileName(title: string, { since, until, today, currency }: View, isOfRange: boolean): string {
  const words = isOfRange ? [title, since, 'to', until, ...(currency ? [currency] : [])] : [title, today]
  return `${words
    .join('-')
    .toLowerCase()
    .replace(/[^\w]+/g, '-')}.csv`
}

/** What went wrong, above the last data that there are. */
function PanelTrouble<Name extends PanelName>({ query }: { readonly query: PanelQuery<Name> }) {
  const error = query.error ?? query.failureReason
  if (!error) return null
  const isTryingAgain = query.isFetching || (error instanceof ApiError && error.kind === 'database')
  return (
    <p className="trouble" role="alert">
      {error.message} {isTryingAgain ? 'Trying again …' : ''}
      {!query.isFetching && !(error instanceof ApiError && error.kind === 'request') && (
        <button type="button" onClick={() => query.refetch()}>
          Try again
        </button>
      )}
    </p>
  )
}

interface SqlButtonProps {
  readonly title: string
  readonly statements: readonly string[]
  readonly ms: number
}

/** The statements behind a panel, to be pasted into psql or `fbads query`. */
function SqlButton({ title, statements, ms }: SqlButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const text = statements.join(';\n\n')
  return (
    <>
      <button type="button" className="quiet" onClick={() => dialog.current?.showModal()}>
        SQL
      </button>
      <dialog ref={dialog} className="sql" aria-labelledby={id}>
        <h2 id={id}>SQL behind “{title}”</h2>
        <p className="muted">
          {statements.length > 1 && `${statements.length} statements; fbads query takes one at a time. `}
          Took {ms} ms. Tables are those of the schema that <code>FBADS_SCHEMA</code> names.
        </p>
        <pre tabIndex={0}>{text}</pre>
        <form method="dialog">
          <button type="button" onClick={() => copyText(text)}>
            Copy
          </button>
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}
