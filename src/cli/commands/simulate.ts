import { serve } from '@hono/node-server'
import { createSimulator, type Simulator } from '../../simulator/app.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { parseNumber } from '../parse-number.ts'
import { parseBehaviour, parseTokens, parseWorld, type WorldFlags } from '../world-flags.ts'

export interface SimulateFlags extends WorldFlags {
  readonly port: string
  /** Each `name=n`. */
  readonly token?: readonly string[]
}

/** Calls and report runs that a server remembers: a client reads a run soon after it has started it. */
const KEPT = 1_000

/** An answer has a way to go, and its client may be busy, before a call that disregards it counts as one. */
const NOTICE_MS = 5_000

/** Serves the simulator until it is interrupted. */
export async function simulate(flags: SimulateFlags, context: Context): Promise<ExitStatus> {
  const { clock, output, signal } = context
  const world = parseWorld(flags, clock.now())
  const tokens = parseTokens(flags.token, world)
  const simulator = createSimulator({
    world,
    ...(tokens && { tokens }),
    clock,
    ...parseBehaviour(flags),
    keepLast: KEPT,
    noticeMs: NOTICE_MS,
  })
  const port = parseNumber('--port', flags.port, 8400, 0, 65_535)
  // An answer names the host that was asked, so the address is as the client knows it.
  const listening = Promise.withResolvers<number>()
  const server = serve(
    { fetch: (request, bindings) => simulator.fetch(request, bindings), port, hostname: '127.0.0.1' },
    (address) => listening.resolve(address.port),
  )
  server.once('error', (error) =>
    listening.reject(
      'code' in error && error.code === 'EADDRINUSE'
        ? new Error(`Port ${port} is taken; give another with --port.`)
        : error,
    ),
  )
  const url = `http://127.0.0.1:${await listening.promise}`
  const accounts = world.accounts.map((account) => `act_${account.id}`)
  if (output.json) output.result(JSON.stringify({ url, accounts }))
  else output.result(url)
  output.say(
    `A simulated Marketing API with ${accounts.length} ad accounts: ${accounts.slice(0, 5).join(', ')}${accounts.length > 5 ? ', …' : ''}`,
  )
  for (const [token, ids] of Object.entries(tokens ?? {}))
    output.say(`The token ${token} reaches ${ids.map((id) => `act_${id}`).join(', ')}`)
  output.say('\nIn another terminal:')
  const [token = 'any'] = Object.keys(tokens ?? {})
  output.say(`  export FACEBOOK_GRAPH_URL=${url} FACEBOOK_ACCESS_TOKEN=${token} FACEBOOK_AD_ACCOUNT_ID=all`)
  output.say('  fbads sync')
  output.say('\nCtrl-C ends it.')
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  server.close()
  for (const line of accountOf(simulator)) output.say(line)
  return EXIT.done
}

/** What has gone wrong while it ran. */
function accountOf({ befallen, callsDuringBlocks }: Simulator): string[] {
  return [
    ...[...befallen].map(([name, calls]) => `${name}: ${calls} calls`),
    ...[...callsDuringBlocks].map(
      ([id, calls]) => `${calls} calls during a block of ${id === 'app' ? 'the app' : `act_${id}`}`,
    ),
  ]
}
