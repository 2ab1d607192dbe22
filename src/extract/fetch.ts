/** What came back for a request. A `Response` is one, too. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** As it comes; null when there is none. */
  readonly body: AsyncIterable<Uint8Array> | null
  /** How the body still is compressed; absent when it is as it was before it was sent. */
  readonly compression?: 'gzip'
}

/** The one way to the network; the simulator's handler and Node's own `fetch` are one, too. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Answer>
