import { createSimulator, type Simulator } from '../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'
import type { WorldAccount } from '../../src/simulator/world/world-objects.ts'
import { createWorld, type World, type WorldOptions } from '../../src/simulator/world.ts'

export const NOW = Date.parse('2026-11-05T20:10:00Z')
export const DAY_MS = 86_400_000

/** A clock that only moves when it is told to, or when someone sleeps. */
export function createManualClock(startMs = NOW) {
  let nowMs = startMs
  return {
    now: () => nowMs,
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted()
      nowMs += ms
    },
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at, whatever its shape
  readonly body: any
}

export interface Simulated {
  readonly world: World
  readonly account: WorldAccount
  readonly clock: ReturnType<typeof createManualClock>
  readonly simulator: Simulator
  /** Parameters that are no text are sent as JSON. */
  get(path: string, params?: Readonly<Record<string, unknown>>): Promise<Answer>
  post(path: string, params?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** The data of every page, by following `paging.next`. */
  all(path: string, params?: Readonly<Record<string, unknown>>): Promise<Answer['body'][]>
}

export function simulate(
  options: Partial<SimulatorOptions> & { readonly sizes?: Partial<WorldOptions> } = {},
): Simulated {
  const clock = createManualClock()
  const { sizes, ...rest } = options
  const world = rest.world ?? createWorld({ seed: 1, nowMs: NOW, ads: 30, campaigns: 4, days: 60, ...sizes })
  const simulator = createSimulator({ world, clock, ...rest })
  const account = world.accounts[0]
  if (!account) throw new Error('a world without accounts')

  const send = async (url: string, init?: RequestInit): Promise<Answer> => {
    const { status, headers, ...response } = await readAnswer(await simulator.fetch(url, init))
    return { status, headers, ...response }
  }
  const toQuery = (params: Readonly<Record<string, unknown>>) =>
    new URLSearchParams({
      access_token: 'TOKEN',
      ...Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
    })
  const get = (path: string, params = {}) =>
    send(`https://graph.facebook.com/v26.0${path}?${toQuery(params)}`)
  return {
    world,
    account,
    clock,
    simulator,
    get,
    post: (path, params = {}) =>
      send(`https://graph.facebook.com/v26.0${path}`, { method: 'POST', body: toQuery(params) }),
    all: async (path, params) => {
      const rows: unknown[] = []
      for (let page = await get(path, params); ; page = await send(page.body.paging.next)) {
        if (page.status !== 200) throw new Error(page.text)
        rows.push(...page.body.data)
        if (page.body.paging?.next === undefined) return rows
      }
    },
  }
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parseOrNull(text) }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
