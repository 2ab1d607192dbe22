import { describe, expect, it } from 'vitest'
import { type Answer, DAY_MS, type Simulated, simulate } from './simulated.ts'

const PARAMS = { level: 'ad', fields: 'ad_id,spend', time_increment: '1', date_preset: 'last_7d' }

async function start(
  { account, post }: Simulated,
  params: Record<string, unknown> = PARAMS,
): Promise<string> {
  const { body } = await post(`/act_${account.id}/insights`, params)
  return body.report_run_id
}

/** The statuses and percentages seen every half second. */
async function follow({ clock, get }: Simulated, id: string, halves: number) {
  const seen: string[] = []
  for (let i = 0; i < halves; i++) {
    const { body } = await get(`/${id}`)
    seen.push(`${body.async_status} ${body.async_percent_completion} ${body.is_running}`)
    clock.advance(500)
  }
  return seen
}

describe('a simulator that runs for long', () => {
  it('remembers the last calls and report runs, and goes on counting', async () => {
    const simulated = simulate({ keepLast: 3 })
    const ids: string[] = []
    for (let run = 0; run < 20; run += 1) ids.push(await start(simulated))
    expect(new Set(ids).size).toBe(20)
    expect(simulated.simulator.calls.length).toBeGreaterThanOrEqual(3)
    expect(simulated.simulator.calls.length).toBeLessThanOrEqual(6)
    const answers: Answer[] = []
    for (const id of ids.slice(-4)) answers.push(await simulated.get(`/${id}`))
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 200, 200])
    expect(new Set(answers.map(({ headers }) => headers.get('x-fb-trace-id'))).size).toBe(4)
  })
})

describe('a report run', () => {
  it('goes through its stages in order and then has the rows of a synchronous call', async () => {
    const simulated = simulate({ sizes: { ads: 60 } })
    const id = await start(simulated)
    expect(id).toMatch(/^\d{18}$/)
    expect(await follow(simulated, id, 12)).toEqual([
      'Job Not Started 0 true',
      'Job Not Started 0 true',
      'Job Started 0 true',
      'Job Started 0 true',
      'Job Running 0 true',
      'Job Running 16 true',
      'Job Running 33 true',
      'Job Running 50 true',
      'Job Running 66 true',
      'Job Running 83 true',
      'Job Completed 100 false',
      'Job Completed 100 false',
    ])
    const { body } = await simulated.get(`/${id}`)
    expect(body).toEqual({
      id,
      account_id: simulated.account.id,
      time_ref: 1793909400,
      time_completed: 1793909405,
      async_status: 'Job Completed',
      async_percent_completion: 100,
      is_running: false,
      date_start: '2026-10-29',
      date_stop: '2026-11-04',
    })
    const rows = await simulated.all(`/${id}/insights`, { limit: '100' })
    expect(rows.length).toBeGreaterThan(100)
    expect(rows).toEqual(
      await simulated.all(`/act_${simulated.account.id}/insights`, { ...PARAMS, limit: '500' }),
    )
  })

  it('is read in pages of 25, whatever limit it was started with', async () => {
    const simulated = simulate()
    const id = await start(simulated, { ...PARAMS, limit: '500' })
    simulated.clock.advance(5_000)
    expect((await simulated.get(`/${id}/insights`)).body.data).toHaveLength(25)
  })

  it('cannot be read before it has ended', async () => {
    const simulated = simulate()
    const id = await start(simulated)
    simulated.clock.advance(4_999)
    const { status, body } = await simulated.get(`/${id}/insights`)
    expect([status, body.error.code, body.error.error_subcode]).toEqual([400, 100, 1815107])
  })

  it('can be stuck at 0 %', async () => {
    const simulated = simulate()
    simulated.simulator.scriptRun('stuck')
    const id = await start(simulated)
    simulated.clock.advance(DAY_MS)
    expect(await follow(simulated, id, 1)).toEqual(['Job Running 0 true'])
  })

  it('can show 100 % while it is still running', async () => {
    const simulated = simulate()
    simulated.simulator.scriptRun('full-while-running')
    const id = await start(simulated)
    const seen = await follow(simulated, id, 17)
    expect(seen).toContain('Job Running 100 true')
    expect(seen.at(-1)).toBe('Job Completed 100 false')
  })

  it('can fail and say why', async () => {
    const simulated = simulate()
    simulated.simulator.scriptRun({ failed: 'report-too-large' })
    const id = await start(simulated)
    simulated.clock.advance(5_000)
    expect((await simulated.get(`/${id}`)).body).toMatchObject({
      async_status: 'Job Failed',
      error_code: -3,
      error_subcode: 1504045,
      error_message: 'The report is too large',
      error_user_title: expect.any(String),
      error_user_msg: expect.any(String),
    })
    expect((await simulated.get(`/${id}/insights`)).body.error.error_subcode).toBe(1815107)
  })

  it('can be skipped', async () => {
    const simulated = simulate()
    simulated.simulator.scriptRun('skipped')
    const id = await start(simulated)
    simulated.clock.advance(5_000)
    expect((await simulated.get(`/${id}`)).body.async_status).toBe('Job Skipped')
  })

  it('can be unknown to its first two reads', async () => {
    const simulated = simulate()
    simulated.simulator.scriptRun('late-to-exist')
    const id = await start(simulated)
    const subcodes = []
    for (let i = 0; i < 3; i++) subcodes.push((await simulated.get(`/${id}`)).body.error?.error_subcode)
    expect(subcodes).toEqual([33, 33, undefined])
  })

  it('is kept for 30 days', async () => {
    const simulated = simulate()
    const id = await start(simulated)
    simulated.clock.advance(30 * DAY_MS)
    expect((await simulated.get(`/${id}`)).status).toBe(200)
    simulated.clock.advance(1)
    expect((await simulated.get(`/${id}`)).body.error.error_subcode).toBe(33)
  })

  it('is refused at once when its parameters are wrong', async () => {
    const simulated = simulate()
    const { status, body } = await simulated.post(`/act_${simulated.account.id}/insights`, {
      level: 'advert',
    })
    expect([status, body.error.code]).toEqual([400, 100])
  })

  it('can have a bare number as its id, beyond what a JavaScript number holds', async () => {
    const simulated = simulate({ bareIds: 'all' })
    const { text } = await simulated.post(`/act_${simulated.account.id}/insights`, PARAMS)
    expect(text).toMatch(/^\{"report_run_id":1203\d{14}\}$/)
  })

  it('fails when it asks for more rows × fields than a run can make', async () => {
    const sizes = { ads: 20, days: 10 }
    const { account, all } = simulate({ sizes })
    const rows = await all(`/act_${account.id}/insights`, PARAMS)
    const fateOf = async (runLimit: number) => {
      const simulated = simulate({ sizes, runLimit })
      const id = await start(simulated)
      simulated.clock.advance(10_000)
      const { body } = await simulated.get(`/${id}`)
      return [body.async_status, body.error_subcode]
    }
    expect(await fateOf(rows.length * 2)).toEqual(['Job Completed', undefined])
    expect(await fateOf(rows.length * 2 - 1)).toEqual(['Job Failed', 1504045])
  })

  it('leaves a fate that was scripted and not had among the unused', async () => {
    const { simulator } = simulate()
    simulator.scriptRun('stuck')
    expect(simulator.unusedFaults()).toEqual(['stuck'])
  })
})
