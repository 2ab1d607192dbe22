import { parseBehaviour } from '../../src/cli/world-flags.ts'
import { FAULT_KINDS, type FaultKind } from '../../src/simulator/graph/fault-kinds.ts'
import type { CallBudget } from '../../src/simulator/graph/meter.ts'
import { RATE_LIMITS, type RateLimits } from '../../src/simulator/graph/rate-limits.ts'
import { code, markdownTable } from './markdown.ts'

const LIMITS: readonly (readonly [string, (limits: RateLimits) => CallBudget | null])[] = [
  ['ad account, a read 1 point, a write 3 (17)', ({ score }) => score],
  ['its insights (80000)', ({ useCases }) => useCases.ads_insights],
  ['its other calls (80004)', ({ useCases }) => useCases.ads_management],
  ['app, calls that concern no ad account (4)', ({ app }) => app],
]

/** What the simulator does besides answering. */
export function simulatorBlocks(): Record<string, string> {
  return { 'fault-kinds': faultKinds(), 'fault-mixes': faultMixes(), 'rate-limits': rateLimits() }
}

function rateLimits(): string {
  const { development, standard } = RATE_LIMITS
  return markdownTable(
    ['limit of', code('development'), code('standard')],
    LIMITS.map(([name, budgetOf]) => [name, toText(budgetOf(development)), toText(budgetOf(standard))]),
  )
}

function toText(budget: CallBudget | null): string {
  if (budget === null) return 'none'
  const { points, pointsPerActiveAd, decayMs, blockMs } = budget
  const ads = pointsPerActiveAd === undefined ? '' : ` and ${pointsPerActiveAd} for each active ad`
  return `${points.toLocaleString('en')}${ads} in ${decayMs / 60_000} min, block ${blockMs / 60_000} min`
}

const KIND_MEANINGS = {
  transient: ['every call', 'an error that passes by itself: codes 1 and 2, `is_transient`, status 503'],
  throttle: [
    'every call',
    'a limit that the call has is blocked for half a minute: that of its ad account (17, 613), of its use case there (80000, 80004) or of the app (4); the usage headers say so',
  ],
  html: ['every call, but not within a batch', 'a gateway’s page in HTML'],
  empty: ['every call, but not within a batch', 'an answer with nothing in it'],
  cut: ['every call, but not within a batch', 'an answer that ends in the middle'],
  reset: ['every call', 'the connection breaks; a call of a batch is left out of its answer'],
  slow: ['every call', 'an answer that takes 2 to 20 s more'],
  heavy: ['reading insights', 'too much data, or a time-out, however little was asked for'],
  cursor: ['further pages of a list', 'the cursor has become invalid (2642)'],
  report: [
    'starting a report run, and reading its result',
    'the run fails, is skipped, stays at 0 %, is at 100 % before its end or cannot be found at first; its result is not ready yet',
  ],
} as const satisfies Record<FaultKind, readonly [befalls: string, meaning: string]>

function faultKinds(): string {
  return markdownTable(
    ['kind', 'befalls', 'what happens'],
    [
      ...FAULT_KINDS.map((kind) => [code(kind), ...KIND_MEANINGS[kind]]),
      [code('all'), 'every call', 'any kind that can befall it, each as often as the others'],
    ],
  )
}

const MIXES = {
  'transient=2%,slow=2%': 'an ordinary day',
  'transient=10%,html=5%,reset=5%,cut=2%,slow=5%': 'an outage that comes and goes',
  'throttle=10%': 'rate limits that are met again and again',
  'heavy=30%,report=50%': 'an account that is too large to be read at once',
  'all=30%': 'everything at once, which a sync must get over',
  'token-expired': 'the end of a token',
} as const

/** Throws UsageError for a mix that the command would not take. */
function faultMixes(): string {
  return markdownTable(
    [code('--faults'), 'what it is like'],
    Object.entries(MIXES).map(([faults, meaning]) => {
      parseBehaviour({ faults })
      return [code(faults), meaning]
    }),
  )
}
