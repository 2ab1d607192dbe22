import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Contents, differences, readContents } from '../../scripts/torture/kill/contents.ts'
import { GraphError } from '../../src/extract/graph-error.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { LOOKUPS } from '../../src/model/fact.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { forgetAccounts } from '../support/forget-accounts.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, eventsOf, NOW, type TestSource, type TestSync } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAYS = 3
const TOKENS = ['NORTH', 'SOUTH', 'WEST'] as const

function smallWorld(accounts: number): { world: World; ids: string[] } {
  const world = createWorld({ seed: 11, nowMs: NOW, accounts, ads: 4, days: DAYS })
  return { world, ids: world.accounts.map(({ id }) => id) }
}

/** A source of this name, by the token of the same name in capitals. */
function source(name: string, accounts: TestSource['accounts']): TestSource {
  return { name, accessToken: name.toUpperCase(), accounts }
}

/** By which tokens each account was asked for, its objects and report runs included. */
function tokensByAccount(world: World, { simulator }: TestSync): Map<string, Set<string>> {
  const tokens = new Map<string, Set<string>>()
  for (const { id, accessToken } of simulator.calls) {
    const account = id?.startsWith('act_') ? id.slice(4) : world.object(id ?? '')?.account.id
    if (account === undefined || accessToken === null) continue
    tokens.set(account, (tokens.get(account) ?? new Set()).add(accessToken))
  }
  return tokens
}

const contentsOf = (warehouse: Warehouse) =>
  warehouse.use((session) => readContents(session, warehouse.schema))

describeOnEachWarehouse('several sources', (open) => {
  it('each account is read by the token of its own source alone, and once', async () => {
    const warehouse = await open()
    const scenario = fc.record({
      accounts: fc.integer({ min: 1, max: 4 }),
      // Bit masks over the accounts: which each token reaches, and which each source names; 0 asks for all.
      reached: fc.array(fc.nat(15), { minLength: 3, maxLength: 3 }),
      named: fc.array(fc.nat(15), { minLength: 1, maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ accounts, reached, named }) => {
        const { world, ids } = smallWorld(accounts)
        const chosen = (mask: number) => ids.filter((_, index) => (mask >> index) & 1)
        const sources = named.map((mask, index): TestSource => {
          const accounts = chosen(mask)
          return source(String(TOKENS[index]).toLowerCase(), accounts.length > 0 ? accounts : 'all')
        })
        const tokens = Object.fromEntries(
          sources.map(({ accessToken, accounts }, index) => [
            accessToken,
            accounts === 'all' ? chosen(reached[index] ?? 0) : accounts,
          ]),
        )
        const readerOf = (id: string) =>
          sources.find(({ accounts }) => accounts !== 'all' && accounts.includes(id)) ??
          sources.find(({ accounts, accessToken }) => accounts === 'all' && tokens[accessToken]?.includes(id))
        await forgetAccounts(warehouse)
        const sync = createTestSync(warehouse, { world, tokens, sources })
        const read = ids.filter((id) => readerOf(id) !== undefined)
        // A token that reaches no account at all is an error of its source; where each is, of the run.
        const isNone = sources.every(({ accessToken }) => tokens[accessToken]?.length === 0)
        const run = sync.run({ days: DAYS })
        if (isNone) await expect(run).rejects.toThrow('reaches no ad account')
        else {
          const { summary } = await run
          expect(summary.accounts.map(({ accountId }) => accountId).sort()).toEqual([...read].sort())
          expect(summary.slices).toMatchObject({ failed: 0, skipped: 0, planned: read.length * DAYS * 3 })
        }
        expect(tokensByAccount(world, sync)).toEqual(
          new Map(read.map((id) => [id, new Set([readerOf(id)?.accessToken])])),
        )
      }),
      propertyOptions(0.4),
    )
  })

  it('of which one dies in mid-sync leave the other as if there were no such source', async () => {
    const { world, ids } = smallWorld(3)
    const [first = '', second = '', third = ''] = ids
    const tokens = { NORTH: [first, second], SOUTH: [third] }
    const alone = await open()
    await createTestSync(alone, {
      world,
      tokens,
      sources: [source('north', [first, second])],
      settings: { chunkDays: 1 },
    }).run({ days: DAYS })
    const isOfNorth = (line: string) => !line.includes(third)
    // Countries and the like are nobody's.
    const ofNorth = ({ tables, facts }: Contents): Contents => ({
      tables: new Map(
        [...tables]
          .filter(([table]) => !LOOKUPS.some((lookup) => table === `dim_${lookup}`))
          .map(([table, lines]) => [table, lines.filter(isOfNorth)]),
      ),
      facts: new Map([...facts].filter(([part]) => isOfNorth(part))),
    })
    const expected = ofNorth(await contentsOf(alone))
    const warehouse = await open()
    let midway = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 8 }), async (after) => {
        await forgetAccounts(warehouse)
        const sync = createTestSync(warehouse, {
          world,
          tokens,
          sources: [source('south', 'all'), source('north', 'all')],
          settings: { chunkDays: 1 },
        })
        sync.simulator.before({
          match: { where: ({ accessToken }) => accessToken === 'SOUTH' },
          after,
          act: () => sync.simulator.setToken('token-expired', 'SOUTH'),
        })
        const { summary, events } = await sync.run({ days: DAYS })
        expect(summary.status).toBe('partial')
        expect(summary.stoppedSources).toEqual([{ name: 'south', error: expect.any(GraphError) }])
        expect(eventsOf(events, 'source-stopped')).toHaveLength(1)
        const [run] = await warehouse.use((session) => session.query('SELECT status, error FROM etl_run'))
        expect(run).toEqual({ status: 'partial', error: expect.stringMatching(/^source south: .*463/) })
        expect(summary.failedRequests).toEqual([])
        if (after > 0) {
          midway += 1
          expect(summary.failedAccounts).toEqual([{ accountId: third, error: expect.any(GraphError) }])
        }
        expect(differences(ofNorth(await contentsOf(warehouse)), expected)).toEqual([])
      }),
      propertyOptions(0.25),
    )
    expect(midway).toBeGreaterThan(0)
  })

  it('that are all refused end the run with the last one’s error', async () => {
    const { world, ids } = smallWorld(2)
    const [first = '', second = ''] = ids
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world,
      tokens: { NORTH: [first], SOUTH: [second] },
      sources: [source('north', [first]), source('south', 'all')],
    })
    sync.simulator.setToken('token-revoked')
    await expect(sync.run({ days: DAYS })).rejects.toMatchObject({ kind: 'auth', subcode: 467 })
    const runs = await warehouse.use((session) => session.query('SELECT status FROM etl_run'))
    expect(runs).toEqual([{ status: 'failed' }])
  })

  it('of which one’s list of accounts cannot be read now syncs what it has synced before, and no other’s', async () => {
    const { world, ids } = smallWorld(3)
    const [first = '', second = '', third = ''] = ids
    const tokens = { NORTH: [first, second], SOUTH: [third] }
    const warehouse = await open()
    const syncAfresh = () =>
      createTestSync(warehouse, { world, tokens, sources: [source('north', 'all'), source('south', 'all')] })
    const failing = (sync: TestSync, accessToken: string) =>
      sync.simulator.fail({
        error: 'unknown',
        match: { edge: 'adaccounts', where: (call) => call.accessToken === accessToken },
        times: 5,
      })
    await syncAfresh().run({ days: DAYS })

    const one = syncAfresh()
    failing(one, 'NORTH')
    const { summary, events } = await one.run({ days: DAYS })
    expect(summary.status).toBe('succeeded')
    expect(eventsOf(events, 'accounts-as-before')).toMatchObject([{ accounts: 2 }])
    expect(tokensByAccount(world, one).get(third)).toEqual(new Set(['SOUTH']))

    // Of two lists that are missing, nobody knows whose account is whose.
    const both = syncAfresh()
    failing(both, 'NORTH')
    failing(both, 'SOUTH')
    await expect(both.run({ days: DAYS })).rejects.toMatchObject({ kind: 'transient' })
    expect(tokensByAccount(world, both)).toEqual(new Map())
  })

  it('that ask for the same account say so, unless one names it and the other asks for all', async () => {
    const { world, ids } = smallWorld(2)
    const [first = '', second = ''] = ids
    const tokens = { NORTH: ids, SOUTH: ids, WEST: [second] }
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world,
      tokens,
      sources: [source('north', 'all'), source('south', 'all'), source('west', [second])],
    })
    const { events } = await sync.run({ days: DAYS })
    expect(eventsOf(events, 'shared-account')).toEqual([
      { type: 'shared-account', accountId: first, reader: 'north', other: 'south' },
    ])
    expect(tokensByAccount(world, sync)).toEqual(
      new Map([
        [first, new Set(['NORTH'])],
        [second, new Set(['WEST'])],
      ]),
    )
  })
})
