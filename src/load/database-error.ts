/** What is wrong, by what a person would do about it. */
export type DatabaseErrorKind =
  | 'unreachable'
  | 'authentication'
  | 'no-database'
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

/** `pg` has no code for a connection that ended or did not open in time. */
const CONNECTION_LOST = /^(?:Connection terminated|Client has encountered a connection error|timeout expired)/

const UNREACHABLE_CODES = /^(?:E[A-Z_]+|57P0[123]|08\d{3}|53300)$/ // socket and DNS errors; shutting down, starting up, no slot left

/** A DatabaseError for what concerns the connection; every other error comes back as it is. */
export function toDatabaseError(error: unknown, location: string): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error
  const code = errorCode(error)
  const said = messageOf(error)
  const options = { cause: error }
  if (code === '28P01' || code === '28000')
    return new DatabaseError(
      'authentication',
      `${location} refuses the login: ${said}. Check user and password in DATABASE_URL.`,
      options,
    )
  if (code === '3D000')
    return new DatabaseError(
      'no-database',
      `${location}: ${said}. Create it (createdb) or correct DATABASE_URL.`,
      options,
    )
  if ((code && UNREACHABLE_CODES.test(code)) || CONNECTION_LOST.test(error.message))
    return new DatabaseError(
      'unreachable',
      `${location} cannot be reached: ${said}. Check that PostgreSQL runs there and that DATABASE_URL names it.`,
      options,
    )
  return error
}

function messageOf(error: Error): string {
  return error instanceof AggregateError
    ? error.errors.map((one: Error) => one.message).join(', ')
    : error.message
}
