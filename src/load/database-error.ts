/** What is wrong, by what a person would do about it. */
export type DatabaseErrorKind =
  | 'unreachable'
  | 'authentication'
  | 'no-database'
  | 'no-permission'
  | 'no-connection-left'
  | 'disk-full'
  | 'not-migrated'
  | 'schema-newer'
  | 'schema-changed'
  | 'locked'
  | 'refused'
  | 'other'

/** A warehouse that cannot be used; the message says what happened and what to do, and holds no password. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly kind: DatabaseErrorKind

  constructor(kind: DatabaseErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** SQLSTATE of a server's error or Node's code of a socket's error; null when there is none. */
export function errorCode(error: unknown): string | null {
  if (error instanceof AggregateError) return errorCode(error.errors[0])
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

interface Rule {
  /** SQLSTATEs, https://www.postgresql.org/docs/current/errcodes-appendix.html, and codes of Node. */
  readonly codes: RegExp
  readonly kind: DatabaseErrorKind
  /** `where` is the warehouse, `said` the error's own message. */
  tell(where: string, said: string): string
}

/** The first that fits counts. */
const RULES: readonly Rule[] = [
  {
    codes: /^(?:28P01|28000)$/,
    kind: 'authentication',
    tell: (where, said) => `${where} refuses the login: ${said}. Check user and password in DATABASE_URL.`,
  },
  {
    codes: /^3D000$/,
    kind: 'no-database',
    tell: (where, said) => `${where}: ${said}. Create it (createdb) or correct DATABASE_URL.`,
  },
  {
    codes: /^42501$/,
    kind: 'no-permission',
    tell: (where, said) =>
      `${where} does not permit it: ${said}. The role of a sync owns its schema and may make temporary tables: ` +
      'docs/operations.md, "On a PostgreSQL server", has the statements.',
  },
  {
    codes: /^25006$/,
    kind: 'no-permission',
    tell: (where, said) =>
      `${where} only reads: ${said}. A standby does so: name the primary in DATABASE_URL; else see who has set ` +
      'default_transaction_read_only.',
  },
  {
    codes: /^53300$/,
    kind: 'no-connection-left',
    tell: (where, said) =>
      `${where} has no connection left: ${said}. Lower maxWorkers, since a sync opens two connections for each and ` +
      'four besides, or raise the limit of the server or the role; then run the same command again.',
  },
  {
    codes: /^(?:53100|ENOSPC|EDQUOT)$/,
    kind: 'disk-full',
    tell: (where, said) =>
      `The disk of ${where} is full: ${said}. What is loaded stays. Make room and run the same command again.`,
  },
  {
    // Others may succeed, so it ends none but the one that it has befallen.
    codes: /^(?:57014|55P03)$/,
    kind: 'other',
    tell: (where, said) =>
      `${where} has ended a statement: ${said}. Run the same command again; if that stays, see what holds it up, or ` +
      'allow the role more time (ALTER ROLE … SET statement_timeout, lock_timeout).',
  },
]

/** A DatabaseError for what a person can do something about; every other error comes back as it is. */
export function toDatabaseError(error: unknown, location: string): unknown {
  const rule = RULES.find(({ codes }) => codes.test(errorCode(error) ?? ''))
  if (rule === undefined || !(error instanceof Error)) return error
  return new DatabaseError(rule.kind, rule.tell(location, messageOf(error)), { cause: error })
}

/** The server shuts down or starts up, or has ended the connection; sockets, and names that do not resolve. */
const UNREACHABLE_CODES = /^(?:E[A-Z_]+|57P0\d|25P03|08\d{3})$/
/** `pg` has no code for a connection that ended or did not open in time. */
const CONNECTION_LOST = /^(?:Connection terminated|Client has encountered a connection error|timeout expired)/

/** When an error of a connection came: an address that was right a moment ago need not be checked. */
type Moment = 'connecting' | 'connected'

/** The same for a server, which may also be out of reach. */
export function toServerError(error: unknown, location: string, moment: Moment): unknown {
  const told = toDatabaseError(error, location)
  if (told !== error || !(error instanceof Error)) return told
  if (!UNREACHABLE_CODES.test(errorCode(error) ?? '') && !CONNECTION_LOST.test(error.message)) return error
  const said = messageOf(error)
  return new DatabaseError(
    'unreachable',
    moment === 'connecting'
      ? `${location} cannot be reached: ${said}. Check that PostgreSQL runs there and that DATABASE_URL names it.`
      : `The connection to ${location} was lost: ${said}. What was in flight is rolled back, what is loaded stays. ` +
          'Run the same command again when PostgreSQL answers.',
    { cause: error },
  )
}

function messageOf(error: Error): string {
  return error instanceof AggregateError
    ? error.errors.map((one: Error) => one.message).join(', ')
    : error.message
}
