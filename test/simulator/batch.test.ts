import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulated.ts'

describe('a batch', () => {
  it('answers its calls in order, each with a code, headers and a body that is text', async () => {
    const { account, post } = simulate()
    const id = account.campaigns[0]?.id
    const { status, body } = await post('/', {
      batch: [
        { method: 'GET', relative_url: `v26.0/${id}?fields=id,objective` },
        { method: 'GET', relative_url: '42' },
      ],
    })
    expect(status).toBe(200)
    expect(body[0].code).toBe(200)
    expect(body[0].headers).toContainEqual({ name: 'content-type', value: 'text/javascript; charset=UTF-8' })
    expect(JSON.parse(body[0].body)).toEqual({ objective: account.campaigns[0]?.objective, id })
    expect(body[1].code).toBe(400)
    expect(JSON.parse(body[1].body).error).toMatchObject({ code: 100, error_subcode: 33 })
  })

  it('leaves out headers when asked to, and counts each call singly', async () => {
    const { account, post, simulator } = simulate()
    const batch = account.ads.slice(0, 3).map(({ id }) => ({ method: 'GET', relative_url: `v26.0/${id}` }))
    const { body } = await post('/', { batch, include_headers: 'false' })
    expect(Object.keys(body[0])).toEqual(['code', 'body'])
    expect(simulator.calls.map(({ inBatch, id }) => [inBatch, id])).toEqual([
      [false, null],
      ...account.ads.slice(0, 3).map(({ id }) => [true, id]),
    ])
  })

  it('uses its own token and proof for its calls', async () => {
    const { account, post } = simulate({ accessToken: 'TOKEN', appSecret: 's', requireProof: true })
    const proof = createHmac('sha256', 's').update('TOKEN').digest('hex')
    const batch = [{ method: 'GET', relative_url: `v26.0/act_${account.id}` }]
    expect((await post('/', { batch, appsecret_proof: proof })).body[0].code).toBe(200)
    expect((await post('/', { batch })).body.error.code).toBe(100)
  })

  it('takes 50 calls and not 51', async () => {
    const { post } = simulate()
    const batch = Array.from({ length: 51 }, () => ({ method: 'GET', relative_url: 'me' }))
    const { body } = await post('/', { batch })
    expect(body.error).toMatchObject({
      type: 'GraphBatchException',
      message: 'Too many requests in batch message. Maximum batch size is 50',
    })
    expect((await post('/', { batch: batch.slice(1) })).body).toHaveLength(50)
    expect((await post('/', { batch: 'me' })).body.error.code).toBe(100)
  })

  it('has null where a call timed out or its connection broke, and an error where one is scripted', async () => {
    const { post, simulator } = simulate({ batchNullEvery: 3 })
    simulator.fail({ match: { id: 'me' }, error: 'connection-reset' })
    simulator.fail({ match: { id: 'me' }, error: 'batch-item' })
    const batch = Array.from({ length: 4 }, () => ({ method: 'GET', relative_url: 'v26.0/me' }))
    const { body } = await post('/', { batch })
    expect(body.map((item: { code: number } | null) => item?.code ?? null)).toEqual([null, 400, null, 200])
  })

  it('can start report runs', async () => {
    const { account, post } = simulate()
    const { body } = await post('/', {
      batch: [
        { method: 'POST', relative_url: `v26.0/act_${account.id}/insights`, body: 'level=ad&fields=spend' },
      ],
    })
    expect(JSON.parse(body[0].body)).toEqual({ report_run_id: expect.stringMatching(/^1203\d{14}$/) })
  })
})
