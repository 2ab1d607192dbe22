import type { Params } from './params.ts'

/** The address of a call, from which those of the pages beside it are made. */
export interface PageAddress {
  /** Without query: `http://127.0.0.1:8080/v26.0/act_123/ads`. */
  readonly url: string
  readonly params: Params
  /** Meta puts it into every link, also when it came in a header. */
  readonly accessToken: string
}

export interface PageEnds {
  readonly before: string
  readonly after: string
  readonly hasPrevious: boolean
  readonly hasNext: boolean
}

/** The member `paging` of an answer. Cursors are always there; a link only where there is a page. */
export function toPaging(address: PageAddress, ends: PageEnds): object {
  const { before, after } = ends
  return {
    cursors: { before, after },
    ...(ends.hasNext && { next: link(address, { after }) }),
    ...(ends.hasPrevious && { previous: link(address, { before }) }),
  }
}

function link(address: PageAddress, cursor: Params): string {
  const { after: _after, before: _before, ...params } = address.params
  const query = new URLSearchParams({ access_token: address.accessToken, ...params, ...cursor })
  return `${address.url}?${query}`
}
