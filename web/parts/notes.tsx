import type { Note } from '../../src/dashboard/filter.ts'
import type { Scope } from '../../src/dashboard/scope.ts'
import { addDays, type CalendarDate, daysOf } from '../../src/model/calendar-date.ts'
import { LOOKBACK_DAYS } from '../../src/model/slice.ts'
import { useParams } from '../address.ts'
import { formatDay, formatDays } from '../format.ts'

/** The line that says what the figures are of and how far they can be trusted, and what in the address went wrong. */
export function Notes({ scope }: { readonly scope: Scope }) {
  const [, change] = useParams()
  const days = daysOf(scope.since, scope.until)
  const missing = days.filter((_, i) => scope.days[i] === 'missing' || scope.days[i] === 'failed')
  const archived = days.filter((_, i) => scope.days[i] === 'archived')
  const settling = days.filter((_, i) => scope.days[i] === 'settling')
  const lastSettling = settling.at(-1)
  const unloaded = scope.accounts.filter(({ first }) => first === null).map(({ name }) => name)
  const isOutside =
    scope.loaded !== null && (scope.since > scope.loaded.until || scope.until < scope.loaded.since)
  return (
    <>
      <p className="scope-line">
        {[
          formatDays(scope.since, scope.until),
          ...(scope.currency ? [scope.currency] : []),
          ...(scope.accounts.length < scope.chosen.length
            ? [
                `${scope.accounts.length} of ${scope.chosen.length} accounts, ${scope.accounts.length === 1 ? 'that' : 'those'} in this currency`,
              ]
            : []),
          ...(scope.timezones.length === 1 ? [`days in ${scope.timezones[0]}`] : []),
          ...(scope.timezones.length > 1
            ? [`days of each account, in ${scope.timezones.length} time zones`]
            : []),
          ...(scope.previous && scope.obstacle === null
            ? [`compared with ${formatDays(scope.previous.since, scope.previous.until)}`]
            : []),
        ].join(' · ')}
        {' · '}
        {missing.length === 0 && archived.length > 0 ? (
          <strong className="bad-word">
            {archived.length} of {days.length} days archived
          </strong>
        ) : missing.length === 0 ? (
          <span className="good-word">✓ every day loaded</span>
        ) : (
          <strong className="bad-word">
            {missing.length} of {days.length} days not loaded
          </strong>
        )}
        {lastSettling &&
          addDays(lastSettling, LOOKBACK_DAYS) >= scope.today &&
          ` · Meta may change figures until ${formatDay(addDays(lastSettling, LOOKBACK_DAYS))}`}
        {scope.until >= scope.today &&
          ` · today has only begun${scope.previous && scope.obstacle === null ? ', and is compared with a whole day' : ''}`}
      </p>
      <AddressNotes notes={scope.notes} />
      {scope.loaded === null && (
        <p className="note" role="status">
          {scope.chosen.length === 0 ? 'Nothing is loaded yet' : 'Nothing is loaded of this account yet'}. Run{' '}
          <code>fbads sync</code>.
        </p>
      )}
      {isOutside && scope.loaded && (
        <p className="note" role="status">
          Nothing is loaded of these days; there is {formatDays(scope.loaded.since, scope.loaded.until)}.{' '}
          <button type="button" onClick={() => change({ range: 'all', since: null, until: null })}>
            Show everything loaded
          </button>
        </p>
      )}
      {!isOutside && missing.length > 0 && scope.loaded !== null && (
        <p className="note" role="status">
          {missing.length === 1
            ? `${formatDay(missing[0] ?? '')} is`
            : `${missing.length} days, ${formatDays(missing[0] ?? '', missing.at(-1) ?? '')}, are`}{' '}
          not loaded
          {scope.accounts.length > 1
            ? ' of every account; the totals are of what is'
            : `; the totals are of the other ${days.length - missing.length}`}
          . {wayOn(missing, scope)}
        </p>
      )}
      {archived.length > 0 && (
        <p className="note" role="status">
          {archived.length === 1
            ? `${formatDay(archived[0] ?? '')} has`
            : `${archived.length} days, ${formatDays(archived[0] ?? '', archived.at(-1) ?? '')}, have`}{' '}
          left the warehouse, and no figure here has a part of them.{' '}
          <code>fbads archive --restore {archived.at(-1)?.slice(0, 7)}</code> brings a month back from its
          files.
        </p>
      )}
      {scope.loaded !== null && unloaded.length > 0 && (
        <p className="note" role="status">
          Nothing is loaded yet of {unloaded.length === 1 ? unloaded[0] : `${unloaded.length} accounts`}: the
          figures are of the others. Run <code>fbads sync</code>.
        </p>
      )}
    </>
  )
}

/** What in the address could not be done as it was asked. */
export function AddressNotes({ notes }: { readonly notes: readonly Note[] }) {
  const [, change] = useParams()
  return notes.map((note) => (
    <p className="note" key={note.text} role="status">
      {note.text}{' '}
      <button type="button" onClick={() => change(Object.fromEntries(note.remove.map((key) => [key, null])))}>
        Remove
      </button>
    </p>
  ))
}

/** What loads them; what is yet to come, nothing does. */
function wayOn(missing: readonly CalendarDate[], { today, loaded }: Scope) {
  const past = missing.filter((day) => day <= today)
  const [first] = past
  if (first === undefined) return 'They are yet to come.'
  if (loaded !== null && first < loaded.since)
    return (
      <>
        Those before {formatDay(loaded.since)} were never asked for:{' '}
        <code>
          fbads sync --since {first} --until {addDays(loaded.since, -1)}
        </code>{' '}
        does, as far back as Meta keeps them.
      </>
    )
  return (
    <>
      <code>fbads sync</code> loads them
      {past.length < missing.length && ', but for those that are yet to come'}.
    </>
  )
}
