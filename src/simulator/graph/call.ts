import type { Params } from './params.ts'

/** One call as the simulator saw it; the calls of a batch stand singly, after the batch itself. */
export interface SimulatedCall {
  readonly method: string
  /** Without the version: `/act_123/insights`. */
  readonly path: string
  /** As in the path; null without one. */
  readonly version: string | null
  /** What the path names first: `act_123`, `me`, an object's id; null for the root. */
  readonly id: string | null
  /** `insights`, `campaigns`, …; null for a node. */
  readonly edge: string | null
  /** Query and form together. */
  readonly params: Params
  /** Where the access token came in. */
  readonly tokenIn: 'header' | 'params' | 'nowhere'
  /** From the parameters or the header; null without one. */
  readonly accessToken: string | null
  readonly inBatch: boolean
  readonly atMs: number
}

export function toCall(
  request: Request,
  params: Params,
  seen: { readonly atMs: number; readonly inBatch: boolean },
): SimulatedCall {
  const parts = new URL(request.url).pathname.split('/').filter((part) => part !== '')
  const version = /^v\d+\.\d+$/.test(parts[0] ?? '') ? (parts.shift() ?? null) : null
  const header = request.headers.get('authorization')
  const [, bearer = null] = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(header ?? '') ?? []
  return {
    method: request.method,
    path: `/${parts.join('/')}`,
    version,
    id: parts[0] ?? null,
    edge: parts[1] ?? null,
    params,
    tokenIn: params.access_token !== undefined ? 'params' : header !== null ? 'header' : 'nowhere',
    accessToken: params.access_token ?? bearer,
    ...seen,
  }
}
