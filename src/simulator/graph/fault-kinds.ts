import type { RunFate } from '../reports/run-fate.ts'
import type { SimulatedCall } from './call.ts'
import type { TransportFault } from './faults.ts'
import type { NamedError } from './named-errors.ts'
import type { LimitName } from './rate-gate.ts'

/** Kinds of what goes wrong for a while, each of which a client can get over. */
export const FAULT_KINDS = [
  'transient',
  'throttle',
  'html',
  'empty',
  'cut',
  'reset',
  'slow',
  'heavy',
  'cursor',
  'report',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** What befalls one call: a wrong answer, the block of a limit, or the fate of the report run that it starts. */
export type Mishap =
  | { readonly error: NamedError | TransportFault }
  | { readonly blocks: LimitName; readonly error: NamedError; readonly forMs: number }
  | { readonly fate: RunFate }

/** What of a call decides which mishaps it can meet. */
export interface ExposedCall extends Pick<SimulatedCall, 'method' | 'edge' | 'params' | 'inBatch'> {
  readonly concernsAccount: boolean
  /** It names a report run. */
  readonly isOfRun: boolean
}

/** Short beside the API's own blocks, so that a client comes to meet many. */
const BLOCK_MS = 30_000

/** What of the kind can befall the call: nothing where the API never does so. */
export const MISHAPS: Readonly<Record<FaultKind, (call: ExposedCall) => readonly Mishap[]>> = {
  transient: ({ edge, inBatch }) =>
    errors(
      'unknown',
      'unknown-99',
      'service-unavailable',
      'service-unavailable-503',
      ...(edge === 'insights' ? (['intermittent', 'insights-unknown'] as const) : []),
      ...(inBatch ? (['batch-item'] as const) : (['unavailable-200', 'error-200'] as const)),
    ),
  throttle: ({ concernsAccount, edge, isOfRun }) => {
    if (!concernsAccount) return [{ blocks: 'app', error: 'app-limit', forMs: BLOCK_MS }]
    const isInsights = edge === 'insights' || isOfRun
    const limits = [
      ['score', 'user-limit'],
      ['score', 'account-limit'],
      ['use-case', isInsights ? 'business-insights' : 'business-management'],
      ['app', isInsights ? 'insights-limit' : 'app-limit'],
    ] as const
    return limits.map(([blocks, error]) => ({ blocks, error, forMs: BLOCK_MS }))
  },
  html: ({ inBatch }) => (inBatch ? [] : errors('html-502')),
  empty: ({ inBatch }) => (inBatch ? [] : errors('empty-body')),
  cut: ({ inBatch }) => (inBatch ? [] : errors('truncated-json')),
  reset: () => errors('connection-reset'),
  slow: () => errors('slow'),
  heavy: ({ method, edge, isOfRun }) => {
    if (method !== 'GET' || edge !== 'insights') return []
    if (isOfRun) return errors('reduce-data', 'reduce-data-100')
    return errors('reduce-data', 'reduce-data-100', 'too-much-data', 'sync-timeout', 'sync-timeout-2')
  },
  cursor: ({ params }) => (params.after === undefined ? [] : errors('invalid-cursor')),
  report: ({ method, edge, isOfRun, params }) => {
    if (edge !== 'insights') return []
    if (method === 'POST') return FATES.map((fate) => ({ fate }))
    // A result that is being read does not stop being there.
    return isOfRun && params.after === undefined ? errors('report-not-ready', 'summary-race') : []
  },
}

const FATES: readonly RunFate[] = [
  { failed: 'report-failed' },
  'skipped',
  'stuck',
  'full-while-running',
  'late-to-exist',
]

function errors(...names: readonly (NamedError | TransportFault)[]): Mishap[] {
  return names.map((error) => ({ error }))
}
