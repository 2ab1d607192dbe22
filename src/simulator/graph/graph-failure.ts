import { type GraphErrorSpec, NAMED_ERRORS, type NamedError } from './named-errors.ts'

/** Ends a call with an error answer. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure'
  readonly spec: GraphErrorSpec

  constructor(error: NamedError | GraphErrorSpec) {
    const spec: GraphErrorSpec = typeof error === 'string' ? NAMED_ERRORS[error] : error
    super(spec.message)
    this.spec = spec
  }
}

/** The answer to a wrong parameter; `message` without the number before it. */
export function invalidParameter(message: string): GraphFailure {
  return new GraphFailure({ code: 100, message: `(#100) ${message}` })
}

/** The answer when nothing can be read under the id, whatever the reason. */
export function notFound(id: string): GraphFailure {
  const { message, ...rest } = NAMED_ERRORS['not-found']
  return new GraphFailure({ ...rest, message: message.replace('Object', `Object with ID '${id}'`) })
}

/** The envelope of an error. */
export function toErrorBody(spec: GraphErrorSpec, traceId: string): object {
  return {
    error: {
      message: spec.message,
      type: spec.type ?? 'OAuthException',
      code: spec.code,
      ...(spec.subcode !== undefined && { error_subcode: spec.subcode }),
      ...(spec.isTransient !== undefined && { is_transient: spec.isTransient }),
      ...(spec.userTitle !== undefined && { error_user_title: spec.userTitle }),
      ...(spec.userMessage !== undefined && { error_user_msg: spec.userMessage }),
      fbtrace_id: traceId,
    },
  }
}
