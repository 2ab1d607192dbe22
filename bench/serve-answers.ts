/**
 * A process of its own that serves a simulated Marketing API, each answer rendered once and then kept: from the
 * second time on it costs next to nothing. Its argument is a `ServedWorld` as JSON; it prints its address.
 * `/-/served` says what it has served since it was last asked, `/-/bodies` sends what it keeps, an answer a line;
 * `/-/restate?days=3` gives so many of the last days other figures.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { serve } from '@hono/node-server'
import { addDays, parseCalendarDate } from '../src/model/calendar-date.ts'
import type { Clock } from '../src/model/clock.ts'
import { createSimulator } from '../src/simulator/app.ts'
import { createWorld } from '../src/simulator/world.ts'
import type { ServedWorld } from './answers.ts'

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly bytes: number
}

const YOUNG_DAYS = 3

const { latencyMs, runMs, allActive = false, ...size } = parseWorld(process.argv[2] ?? '{}')
const startedMs = performance.now()
const clock: Clock = {
  now: () => size.nowMs + (performance.now() - startedMs),
  sleep: async (ms, signal) => void (await sleep(ms, undefined, { signal })),
  random: () => 0.5,
}
const world = createWorld(size)
if (allActive) {
  for (const { campaigns, adsets, ads } of world.accounts) {
    for (const object of [...campaigns, ...adsets, ...ads]) Object.assign(object, { status: 'ACTIVE' })
    for (const ad of ads) Object.assign(ad, { firstDay: 0, lastDay: null })
  }
}
const simulator = createSimulator({
  world,
  clock,
  keepLast: 1_000,
  runTimes: { notStartedMs: 0, startedMs: 0, runningMs: runMs },
})
const answers = new Map<string, Answer>()
let calls = 0
let bytes = 0

serve({ fetch: answer, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})

async function answer(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  if (pathname === '/-/served') return served()
  if (pathname === '/-/bodies') return bodies()
  if (pathname === '/-/restate') return restate(Number(new URL(request.url).searchParams.get('days')))
  const sent = request.method === 'GET' ? '' : await request.text()
  const key = createHash('sha1').update(`${request.method} ${pathname}${search} ${sent}`).digest('base64')
  if (latencyMs > 0) await sleep(latencyMs)
  const { status, headers, body, bytes: length } = answers.get(key) ?? (await render(request, sent, key))
  calls += 1
  bytes += length
  return new Response(new Uint8Array(body), { status, headers })
}

async function render({ url, method, headers }: Request, sent: string, key: string): Promise<Answer> {
  const response = await simulator.fetch(url, { method, headers, ...(sent !== '' && { body: sent }) })
  const text = Buffer.from(await response.arrayBuffer())
  const rendered = {
    status: response.status,
    headers: { ...Object.fromEntries(response.headers), 'content-encoding': 'gzip' },
    body: gzipSync(text),
    bytes: text.byteLength,
  }
  // What a report run says changes; what lists and results say does not.
  if (
    method === 'GET' &&
    /\/(insights|campaigns|adsets|ads|adaccounts)$|act_\d+$/.test(new URL(url).pathname)
  )
    answers.set(key, rendered)
  return rendered
}

function served(): Response {
  const { user, system } = process.cpuUsage()
  const answered = { calls, bytes, cpuMs: (user + system) / 1000 }
  calls = 0
  bytes = 0
  return Response.json(answered)
}

/** Not of the youngest, which change anyhow. */
function restate(days: number): Response {
  const today = parseCalendarDate(new Date(size.nowMs).toISOString().slice(0, 10))
  for (const { id } of world.accounts)
    for (let age = 1; age <= days; age += 1) world.restate(id, addDays(today, -age - YOUNG_DAYS))
  answers.clear()
  return Response.json({})
}

function bodies(): Response {
  return new Response(ReadableStream.from(lines()))
}

function* lines(): Generator<Uint8Array> {
  for (const { body } of answers.values()) yield Buffer.concat([gunzipSync(body), Buffer.from('\n')])
}

function parseWorld(text: string): ServedWorld {
  return JSON.parse(text) as ServedWorld
}
