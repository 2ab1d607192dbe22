import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPages } from '../../src/extract/paginate.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import {
  collect,
  createTestApi,
  failure,
  GRAPH_URL,
  type Handler,
  json,
  page,
  REDUCE,
  TOKEN,
  unaborted,
} from './support/test-api.ts'

const CALL = { accountId: parseAccountId('1'), path: 'act_1/insights', params: { level: 'ad' } }
const LIMIT = 500

function read(handler: Handler, limit = LIMIT) {
  const test = createTestApi(handler)
  return { ...test, pages: readPages(test.api, CALL, { limit }, unaborted()) }
}

/** A list of `rows`, cut into pages of the asked `limit` at offsets, as the insights edge does. */
function listOf(rows: readonly unknown[]): Handler {
  return ({ params }) => {
    const start = Number(params.get('after') ?? 0)
    const end = start + Number(params.get('limit') ?? 25)
    return page(rows.slice(start, end), end < rows.length ? String(end) : null)
  }
}

describe('readPages', () => {
  it('reads every record of any list once, in order, with any page size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 20 }), async (count, limit) => {
        const rows = Array.from({ length: count }, (_, id) => ({ id: String(id) }))
        const { pages, requests } = read(listOf(rows), limit)
        expect(await collect(pages)).toEqual(rows)
        expect(requests).toHaveLength(Math.max(1, Math.ceil(count / limit)))
        for (const { params } of requests) expect(params.get('limit')).toBe(String(limit))
      }),
      { numRuns: 30 },
    )
  })

  it('stops at the page without a next one, although its cursor is there', async () => {
    const { pages, requests } = read((_, index) => page([{ id: index }], index === 0 ? 'A' : null))
    expect(await collect(pages)).toHaveLength(2)
    expect(requests.map(({ params }) => params.get('after'))).toEqual([null, 'A'])
  })

  it('reads on after a page that is short or empty', async () => {
    const middle = [[{ id: '1' }], [], [{ id: '2' }]]
    const { pages } = read((_, index) => page(middle[index] ?? [], index < 2 ? `C${index}` : null))
    expect(await collect(pages)).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('takes an answer without paging for the whole list', async () => {
    const { pages } = read(() => json({ data: [] }))
    expect(await collect(pages)).toEqual([])
  })

  it('never follows the address of the next page: neither its host nor its token', async () => {
    const next = `https://evil.test/v26.0/act_1/insights?access_token=${TOKEN}&after=A`
    const { pages, requests } = read((_, index) =>
      json({ data: [], paging: index === 0 ? { cursors: { after: 'A' }, next } : {} }),
    )
    await collect(pages)
    expect(requests.map(({ host }) => host)).toEqual([GRAPH_URL, GRAPH_URL])
    expect(requests[1]?.params.get('after')).toBe('A')
    expect(requests[1]?.params.get('level')).toBe('ad')
    expect(requests[1]?.params.has('access_token')).toBe(false)
  })

  it('takes the cursor out of the address when it stands nowhere else', async () => {
    const next = `${GRAPH_URL}/v26.0/act_1/insights?after=MjQZD&limit=25`
    const { pages, requests } = read((_, index) => json({ data: [], paging: index === 0 ? { next } : {} }))
    await collect(pages)
    expect(requests[1]?.params.get('after')).toBe('MjQZD')
  })

  it.each([
    ['leads back to a page', () => page([{ id: '1' }], 'A')],
    ['has a next page without a cursor', () => json({ data: [], paging: { next: `${GRAPH_URL}/v26.0/x` } })],
    ['is no list', () => json({ id: '1' })],
    ['has something else than records', () => json({ data: ['1'] })],
  ])('fails when the list %s', async (_, handler) => {
    const { pages, requests } = read(handler)
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'cursor' })
    expect(requests.length).toBeLessThanOrEqual(2)
  })

  it.each([7, 'next', [], { next: 7 }, { next: true }, { next: '' }, { next: {} }])(
    'fails when nobody can tell whether there is a next page: %j',
    async (paging) => {
      const { pages } = read(() => json({ data: [{ id: '1' }], paging }))
      await expect(collect(pages)).rejects.toMatchObject({ kind: 'cursor' })
    },
  )

  it.each([null, { next: null }, {}])('ends where there is no next page: %j', async (paging) => {
    const { pages } = read(() => json({ data: [{ id: '1' }], paging }))
    expect(await collect(pages)).toHaveLength(1)
  })

  it.each([
    ['nothing', () => []],
    ['the same', () => [{ id: '1' }]],
    ['the same in turns', (index: number) => [{ id: String(index % 3) }]],
  ])('gives up when pages bring %s for ever, each with a cursor of its own', async (_, rows) => {
    const { pages, requests } = read((_, index) => page(rows(index), `C${index}`))
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'cursor' })
    expect(requests.length).toBeLessThan(600)
  })

  it('goes on after hundreds of empty pages', async () => {
    const { pages } = read((_, index) => (index < 400 ? page([], `C${index}`) : page([{ id: '1' }], null)))
    expect(await collect(pages)).toEqual([{ id: '1' }])
  })

  it('goes on after empty pages that can only name the cursor that they were asked with', async () => {
    const { pages, requests } = read((_, index) =>
      index === 0 ? page([{ id: '1' }], 'A') : index < 4 ? page([], 'A') : page([{ id: '2' }], null),
    )
    expect(await collect(pages)).toEqual([{ id: '1' }, { id: '2' }])
    expect(requests.map(({ params }) => params.get('after'))).toEqual([null, 'A', 'A', 'A', 'A'])
  })

  it('gives up when empty pages lead to themselves for ever', async () => {
    const { pages, requests } = read(() => page([], 'A'))
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'cursor' })
    expect(requests).toHaveLength(12)
  })

  it('starts again when a cursor is refused', async () => {
    const { pages, events } = read((_, index) => {
      if (index === 1) return failure(2642)
      return index < 3 ? page([{ id: '1' }], 'A') : page([{ id: '2' }], null)
    })
    expect(await collect(pages)).toEqual([{ id: '1' }, { id: '1' }, { id: '2' }])
    expect(events).toMatchObject([{ type: 'reading-again', error: { code: 2642 } }])
  })

  it('starts again three times at most', async () => {
    const { pages, requests } = read(({ params }) => (params.has('after') ? failure(2642) : page([], 'A')))
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'cursor', code: 2642 })
    expect(requests).toHaveLength(8)
  })

  it('asks a heavy page once more before it halves the limit', async () => {
    const { pages, requests, events } = read((_, index) =>
      index === 0 ? failure(1, 99, { message: REDUCE }) : page([{ id: '1' }], null),
    )
    expect(await collect(pages)).toHaveLength(1)
    expect(requests.map(({ params }) => params.get('limit'))).toEqual(['500', '500'])
    expect(events).toEqual([])
  })

  it('goes on from the same cursor with smaller pages, and loses and repeats nothing', async () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id: String(id) }))
    const list = listOf(rows)
    const { pages, requests, events } = read((request, index) => {
      const tooHeavy = request.params.has('after') && Number(request.params.get('limit')) > 130
      return tooHeavy ? failure(100, undefined, { message: REDUCE }) : list(request, index)
    })
    expect(await collect(pages)).toEqual(rows)
    expect(requests.slice(0, 5).map(({ params }) => params.get('limit'))).toEqual([
      '500',
      '500',
      '500',
      '250',
      '125',
    ])
    expect(events).toMatchObject([
      { type: 'smaller-pages', limit: 250 },
      { type: 'smaller-pages', limit: 125 },
    ])
  })

  it('fails when the smallest page is still too heavy', async () => {
    const { pages, requests } = read(() => failure(1, undefined, { message: REDUCE }))
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'too-much-data' })
    expect(requests.map(({ params }) => params.get('limit'))).toEqual([
      '500',
      '500',
      '250',
      '125',
      '62',
      '31',
      '25',
    ])
  })

  it('fails at once when the query takes too long, whatever the size of its pages', async () => {
    const { pages, requests } = read(() => failure(100, 1504018))
    await expect(collect(pages)).rejects.toMatchObject({ kind: 'too-much-data' })
    expect(requests).toHaveLength(1)
  })

  it('asks for no further page when its reader stops', async () => {
    const { pages, requests } = read(listOf(Array.from({ length: 90 }, (_, id) => ({ id }))), 30)
    for await (const _ of pages) break
    expect(requests).toHaveLength(1)
  })
})
