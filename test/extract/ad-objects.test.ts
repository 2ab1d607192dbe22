import { describe, expect, it } from 'vitest'
import { type AdObjectsById, readAdObjects, readAdObjectsById } from '../../src/extract/ad-objects.ts'
import { AD_OBJECT_KINDS } from '../../src/model/ad-object.ts'
import { type ObjectId, parseAccountId } from '../../src/model/object-id.ts'
import {
  collect,
  createTestApi,
  envelope,
  failure,
  type Handler,
  json,
  page,
  type SeenRequest,
  unaborted,
} from './support/test-api.ts'

const ACCOUNT = parseAccountId('1')
const ids = (count: number) => Array.from({ length: count }, (_, i) => parseAccountId(String(1000 + i)))

interface Item {
  readonly method: string
  readonly relative_url: string
}

function itemsOf({ params }: SeenRequest): Item[] {
  return JSON.parse(params.get('batch') ?? '[]')
}

function idOf({ relative_url }: Item): string {
  return /^v26\.0\/(\d+)\?/.exec(relative_url)?.[1] ?? ''
}

function found(id: string) {
  return {
    code: 200,
    headers: [{ name: 'Content-Type', value: 'text/javascript' }],
    body: `{"id":${JSON.stringify(id)}}`,
  }
}

function refused(code: number, subcode?: number, headers: readonly object[] = []) {
  return { code: 400, headers, body: JSON.stringify({ error: envelope(code, subcode) }) }
}

/** A batch whose items are answered one by one; `round` counts the batches from 1. */
function batch(answer: (id: string, round: number) => unknown): Handler {
  let round = 0
  return (request) => {
    round += 1
    return json(itemsOf(request).map((item) => answer(idOf(item), round)))
  }
}

function readById(handler: Handler, wanted: readonly ObjectId[]) {
  const test = createTestApi(handler, { useCase: 'ads_management' })
  return { ...test, result: whole(readAdObjectsById(test.api, ACCOUNT, 'ad', wanted, unaborted())) }
}

async function whole(batches: AsyncIterable<AdObjectsById>): Promise<AdObjectsById> {
  const all = []
  for await (const found of batches) all.push(found)
  return { records: all.flatMap(({ records }) => records), missing: all.flatMap(({ missing }) => missing) }
}

describe('readAdObjects', () => {
  it.each([
    ['campaign', 'act_1/campaigns', ['ACTIVE', 'ARCHIVED', 'IN_PROCESS', 'PAUSED', 'WITH_ISSUES']],
    [
      'adset',
      'act_1/adsets',
      ['ACTIVE', 'ARCHIVED', 'CAMPAIGN_PAUSED', 'IN_PROCESS', 'PAUSED', 'WITH_ISSUES'],
    ],
    [
      'ad',
      'act_1/ads',
      [
        'ACTIVE',
        'ADSET_PAUSED',
        'ARCHIVED',
        'CAMPAIGN_PAUSED',
        'DISAPPROVED',
        'IN_PROCESS',
        'PAUSED',
        'PENDING_BILLING_INFO',
        'PENDING_REVIEW',
        'PREAPPROVED',
        'WITH_ISSUES',
      ],
    ],
  ] as const)('asks for every %s but the deleted ones', async (kind, path, statuses) => {
    const { api, requests } = createTestApi(() => json({ data: [] }))
    await collect(readAdObjects(api, ACCOUNT, kind, unaborted()))
    expect(requests[0]?.path).toBe(path)
    expect(JSON.parse(requests[0]?.params.get('effective_status') ?? '[]').toSorted()).toEqual(statuses)
  })

  it('asks for what the columns are made of', async () => {
    const { api, requests } = createTestApi(() => json({ data: [] }))
    for (const kind of AD_OBJECT_KINDS) await collect(readAdObjects(api, ACCOUNT, kind, unaborted()))
    expect(requests.map(({ params }) => params.get('fields'))).toEqual([
      'id,account_id,name,status,effective_status,objective,buying_type,bid_strategy,daily_budget,lifetime_budget,start_time,stop_time,created_time,updated_time',
      'id,account_id,campaign_id,name,status,effective_status,optimization_goal,billing_event,bid_strategy,bid_amount,daily_budget,lifetime_budget,start_time,end_time,created_time,updated_time',
      'id,account_id,campaign_id,adset_id,name,status,effective_status,creative{id},created_time,updated_time',
    ])
  })

  it('gives no object twice when the list is read again', async () => {
    const { api } = createTestApi((_, index) => {
      if (index === 1) return failure(2642)
      return index < 3 ? page([{ id: '1' }, { id: '2' }], 'A') : page([{ id: '2' }, { id: '3' }], null)
    })
    const records = await collect(readAdObjects(api, ACCOUNT, 'ad', unaborted()))
    expect(records.map(({ id }) => id)).toEqual(['1', '2', '3'])
  })
})

describe('readAdObjectsById', () => {
  it('asks for 50 objects a request, by their own addresses', async () => {
    const { result, requests, api } = readById(
      batch((id) => found(id)),
      ids(120),
    )
    const { records, missing } = await result
    expect(records.map(({ id }) => id)).toEqual(ids(120))
    expect(missing).toEqual([])
    expect(requests.map((request) => itemsOf(request).length)).toEqual([50, 50, 20])
    expect(requests.map(({ method, path, params }) => [method, path, params.has('ids')])).toEqual(
      Array(3).fill(['POST', '', false]),
    )
    expect(itemsOf(requests[0] as SeenRequest)[0]).toEqual({
      method: 'GET',
      relative_url: expect.stringMatching(/^v26\.0\/1000\?fields=id%2Caccount_id%2C.*creative%7Bid%7D/),
    })
    expect(api.calls).toBe(120)
  })

  it('asks for nothing when there is nothing to ask for', async () => {
    const { result, requests } = readById(
      batch(() => null),
      [],
    )
    expect(await result).toEqual({ records: [], missing: [] })
    expect(requests).toEqual([])
  })

  it('asks again, alone, for items that were left unanswered or failed for a moment', async () => {
    const [a, b, c, d] = ids(4)
    const answers: Record<string, unknown> = {
      [a ?? '']: null,
      [b ?? '']: refused(960),
      [c ?? '']: { code: 200, body: '{"id"' },
    }
    const { result, requests } = readById(
      batch((id, round) => (round === 1 && id in answers ? answers[id] : found(id))),
      ids(4),
    )
    expect((await result).records.map(({ id }) => id)).toEqual([a, b, c, d])
    expect(requests.map((request) => itemsOf(request).map(idOf))).toEqual([
      [a, b, c, d],
      [a, b, c],
    ])
  })

  it('reports an object that cannot be read, with its reason, and reads the others', async () => {
    const [a, b, c] = ids(3)
    const { result } = readById(
      batch((id) => (id === a ? refused(100, 33) : id === b ? refused(10) : found(id))),
      ids(3),
    )
    const { records, missing } = await result
    expect(records).toEqual([{ id: c }])
    expect(missing).toMatchObject([
      { id: a, error: { kind: 'not-found', what: `GET ${a}`, accountId: '1' } },
      { id: b, error: { kind: 'permission' } },
    ])
  })

  it('takes no other object for the one that was asked for', async () => {
    const swapped = (id: string) => found(id === '1000' ? '1001' : id)
    const { records, missing } = await readById(batch(swapped), ids(3)).result
    expect(records.map(({ id }) => id)).toEqual(['1001', '1002'])
    expect(missing).toMatchObject([{ id: '1000', error: { kind: 'transient', what: 'GET 1000' } }])
  })

  it.each([
    ['a name', { name: 'x-app usage', value: '{}' }],
    ['a line', { name: 'x-app-usage', value: '{}\nx: y' }],
    ['a character', { name: 'x-app-usage', value: '{"call_count":\u20ac}' }],
    ['a value', { name: 'x-app-usage', value: { toString: 1 } }],
  ])('leaves out of an item’s headers %s that no header can hold', async (_, header) => {
    const handler = batch((id) => ({ ...found(id), headers: [header] }))
    expect((await readById(handler, ids(1)).result).records).toEqual([{ id: '1000' }])
  })

  it('reports an item that stays unanswered after five tries', async () => {
    const [a, b] = ids(2)
    const { result, requests } = readById(
      batch((id) => (id === a ? null : found(id))),
      ids(2),
    )
    expect(await result).toMatchObject({
      records: [{ id: b }],
      missing: [{ id: a, error: { kind: 'transient' } }],
    })
    expect(requests).toHaveLength(5)
  })

  it('waits for the rate limit that an item met, as the item’s headers say', async () => {
    const usage = [{ type: 'ads_management', call_count: 100, estimated_time_to_regain_access: 7 }]
    const headers = [{ name: 'x-business-use-case-usage', value: JSON.stringify({ '1': usage }) }]
    const { result, clock, requests, events } = readById(
      batch((id, round) => (round === 1 && id === '1001' ? refused(80004, 2446079, headers) : found(id))),
      ids(3),
    )
    const startMs = clock.now()
    expect((await result).records).toHaveLength(3)
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(7 * 60_000)
    expect(events).toContainEqual({ type: 'usage', accountId: '1', percent: 100, useCase: 'ads_management' })
    expect(requests.map((request) => itemsOf(request).map(idOf))).toEqual([
      ['1000', '1001', '1002'],
      ['1001'],
    ])
  })

  it('fails as a whole when the token is refused, and when the rate limit lasts', async () => {
    await expect(
      readById(
        batch(() => refused(190, 463)),
        ids(2),
      ).result,
    ).rejects.toMatchObject({ kind: 'auth' })
    await expect(
      readById(
        batch(() => refused(80004)),
        ids(2),
      ).result,
    ).rejects.toMatchObject({ kind: 'throttled' })
    await expect(readById(() => failure(200), ids(2)).result).rejects.toMatchObject({ kind: 'permission' })
  })

  it('keeps what was read before the rate limit', async () => {
    const { api, requests } = createTestApi(
      batch((id) => (Number(id) < 1100 ? found(id) : refused(80004))),
      { useCase: 'ads_management' },
    )
    const read: unknown[] = []
    const reading = async () => {
      for await (const { records } of readAdObjectsById(api, ACCOUNT, 'ad', ids(120), unaborted()))
        read.push(...records.map(({ id }) => id))
    }
    await expect(reading()).rejects.toMatchObject({ kind: 'throttled' })
    expect(read).toEqual(ids(100))
    expect(requests.length).toBeGreaterThan(2)
  })

  it('fails when the answer has not one item for each object', async () => {
    await expect(readById(() => json([null]), ids(2)).result).rejects.toMatchObject({ kind: 'transient' })
  })
})
