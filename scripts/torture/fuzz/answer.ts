/** An answer of the API as bytes, before anybody has understood it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** What came over the wire, when that is not the body: its bytes, compressed, some of them damaged. */
  readonly compressed?: Uint8Array
}

/** An answer, and the call that it was given to. */
export interface ServedAnswer extends Answer {
  readonly method: string
  /** Without version and leading slash, e.g. `act_1/insights`. */
  readonly path: string
}

/** The body as text; null when the bytes are no UTF-8. A byte order mark is no part of it. */
export function textOf({ body }: Answer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}
