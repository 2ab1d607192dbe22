/**
 * What is kept from happening twice at once in one schema: its migration, the making of partitions, new members
 * of a lookup, a load of one ad account, a sync of one ad account, the making and the end of a build, the archiving
 * of months, a place for a request at work, the planning and the closing of a run of the queue, the care for what was
 * left behind.
 */
type Purpose =
  | 'migrate'
  | 'partitions'
  | 'lookup'
  | 'load'
  | 'sync'
  | 'build'
  | 'create-build'
  | 'archive'
  | 'slot'
  | 'plan'
  | 'close'
  | 'sweep'

/**
 * The key of an advisory lock, to be used as `hashtextextended($1, 0)`. Advisory locks are a database's, so the
 * schema is part of it.
 */
export function advisoryKey(schema: string, purpose: Purpose, name = ''): string {
  return `fbads:${schema}:${purpose}:${name}`
}

/** Waits for the lock and holds it until the transaction ends; `$1` is the key. */
export const LOCK_UNTIL_END = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))'

/** Waits for all of the keys `$1`, one after the other, and holds them until the transaction ends, with others who share them. */
export const SHARE_UNTIL_END =
  'SELECT pg_advisory_xact_lock_shared(hashtextextended(key, 0)) FROM unnest($1::text[]) AS key'
