import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openOtlp } from '../../src/observe/otlp.ts'
import { readTracingSettings } from '../../src/observe/tracing-settings.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { SECRET, TOKEN } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'
import { type ReceivedSpan, startCollector } from './support/collector.ts'

async function setUp(environment: Readonly<Record<string, string>>) {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, accounts: 2, ads: 6, days: 8 })
  const simulator = createSimulator({ world, clock })
  const fbads = await createServedCommandLine({
    fetch: simulator.fetch,
    clock,
    environment: { FBADS_CHUNK_DAYS: '2', ...environment },
  })
  return { simulator, fbads }
}

const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name)

it('a collector receives a whole sync as one trace: accounts, requests, calls, load transactions', async () => {
  const collector = await startCollector()
  const { fbads, simulator } = await setUp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    OTEL_SERVICE_NAME: 'ads',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  })
  simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: 3 })
  const { status, stdout } = await fbads.run('sync', '--days', '8', '--json')
  expect(status).toBe(0)
  const { spans, resource, headers, text } = collector
  expect(resource).toMatchObject({ 'service.name': 'ads', 'deployment.environment.name': 'test' })
  expect(headers['x-key']).toBe('a b')

  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  expect(byId.size).toBe(spans.length)
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId)
  expect(roots.map(({ name }) => name)).toEqual(['sync'])
  const parentOf = ({ parentSpanId }: ReceivedSpan) => byId.get(parentSpanId ?? '')
  for (const span of spans) {
    if (span !== roots[0]) expect(parentOf(span)).toBeDefined()
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano))
  }

  const document: { run_id: string; api_calls: number } = JSON.parse(stdout)
  expect(roots[0]?.values['fbads.run_id']).toBe(document.run_id)
  const accounts = named(spans, 'account')
  expect(accounts.map(parentOf)).toEqual([roots[0], roots[0]])
  // Eight days of two accounts and three reports, two days a request.
  const loaded = named(spans, 'request').filter(({ status: { code } }) => code !== 2)
  expect(loaded).toHaveLength(24)
  expect(new Set(loaded.map((span) => parentOf(span)?.name))).toEqual(new Set(['account']))
  expect(new Set(loaded.map(({ values }) => values['fbads.report']))).toEqual(
    new Set(['core', 'age_gender', 'country']),
  )
  const transactions = named(spans, 'load transaction')
  expect(new Set(transactions.map(parentOf))).toEqual(new Set(loaded))

  const calls = spans.filter(({ values }) => 'fbads.api.calls' in values)
  expect(calls.reduce((sum, { values }) => sum + Number(values['fbads.api.calls']), 0)).toBe(
    document.api_calls,
  )
  const failed = calls.filter(({ values }) => values['fbads.api.outcome'] === 'transient')
  expect(failed).toHaveLength(3)
  expect(failed[0]?.values).toMatchObject({ 'fbads.code': 1, 'fbads.fbtrace_id': expect.any(String) })
  expect(named(calls, 'GET act_{id}/insights').some((span) => parentOf(span)?.name === 'request')).toBe(true)
  for (const secret of [TOKEN, SECRET]) expect(text).not.toContain(secret)
})

it('a sync belongs to the span that TRACEPARENT names', async () => {
  const collector = await startCollector()
  const { fbads } = await setUp({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  await fbads.run('sync', '--days', '1', '--report', 'core')
  const [root] = named(collector.spans, 'sync')
  expect(root).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
  })
})

it('processes that work on one run make one trace', async () => {
  const collector = await startCollector()
  const settings = readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  if (settings === null) throw new Error('no endpoint')
  const options = { version: '1', nowMs: () => NOW, onProblem: (text: string) => expect.unreachable(text) }
  const [planner, worker] = [openOtlp(settings, options), openOtlp(settings, options)]
  const run = planner.startTrace()
  const request = worker.startTrace({ name: 'job', traceparent: run.traceparent })
  const other = worker.startTrace({ name: 'other', traceparent: 'nonsense' })
  for (const trace of [request, other, run]) trace.end(null)
  await Promise.all([planner.close(), worker.close()])
  const [root] = named(collector.spans, 'sync')
  expect(named(collector.spans, 'job')).toMatchObject([
    { traceId: root?.traceId, parentSpanId: root?.spanId },
  ])
  expect(named(collector.spans, 'other')[0]?.traceId).not.toBe(root?.traceId)
})

it('a sync that fails is a trace that says so, with every span ended', async () => {
  const collector = await startCollector()
  const { fbads, simulator } = await setUp({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  simulator.fail({ error: 'token-expired', match: { edge: 'insights' }, after: 3, times: 100 })
  const { status } = await fbads.run('sync', '--days', '8')
  expect(status).toBe(5)
  const [root] = named(collector.spans, 'sync')
  expect(root?.status).toMatchObject({ code: 2, message: expect.stringContaining('code 190') })
  expect(root?.values).toMatchObject({ 'error.type': 'GraphError', 'fbads.code': 190 })
  const ids = new Set(collector.spans.map(({ spanId }) => spanId))
  expect(collector.spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))).toEqual([])
})

it.each([
  { collector: 'refuses connections', answers: false },
  { collector: 'never answers', answers: true },
])('a collector that $collector neither fails a sync nor holds it up for long', async ({ answers }) => {
  const silent = createServer((socket) => {
    onTestFinished(() => void socket.destroy())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  if (!answers) silent.close()
  onTestFinished(() => void silent.close())
  const { fbads } = await setUp({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  const { status, stdout, stderr } = await fbads.run('sync', '--days', '1', '--report', 'core')
  expect(status).toBe(0)
  expect(stdout + stderr).toContain(`Traces cannot be sent to http://127.0.0.1:${port}`)
})
