import type { NamedError } from './named-errors.ts'

/** How much may be asked, and what happens beyond it. */
export interface CallBudget {
  /** A call that would go beyond so many points is refused. */
  readonly points: number
  /** More of them for each ad that is active. */
  readonly pointsPerActiveAd?: number
  /** A full budget is empty again after this time: points run out of it evenly. */
  readonly decayMs: number
  readonly blockMs: number
}

/** Why a call is refused. */
interface Refusal {
  readonly error: NamedError
  /** The call began after the block had been told, and before its end. */
  readonly duringBlock: boolean
}

/** One budget, and the block that follows when it is used up. */
export interface Meter {
  /** Whether a block refuses a call that began at `startedMs`; one that began during the block prolongs it. */
  refusal(startedMs: number, nowMs: number): Refusal | null
  /** Takes points, or begins a block that answers with `error` when there are too few left. */
  take(points: number, error: NamedError, nowMs: number): NamedError | null
  block(forMs: number, error: NamedError, nowMs: number): void
  /** An answer has told of the block, if there is one: who begins a call after `knownMs` knows. */
  tell(knownMs: number): void
  /** Of the budget; 100 while blocked. */
  percent(nowMs: number): number
  /** Until the block ends; 0 when there is none. */
  regainMs(nowMs: number): number
}

interface Block {
  untilMs: number
  /** Infinity while no answer has told of it. */
  knownMs: number
  readonly forMs: number
  readonly error: NamedError
}

/** Null: nothing uses the budget up, and it can be blocked. */
export function createMeter(budget: CallBudget | null): Meter {
  let level = 0
  let levelMs = 0
  let block: Block | null = null

  const levelAt = (nowMs: number): number => {
    if (budget === null) return 0
    level = Math.max(0, level - ((nowMs - levelMs) / budget.decayMs) * budget.points)
    levelMs = nowMs
    return level
  }
  const isBlocked = (nowMs: number) => block !== null && nowMs < block.untilMs
  const startBlock = (forMs: number, error: NamedError, nowMs: number): void => {
    if (block === null || !isBlocked(nowMs))
      block = { untilMs: nowMs + forMs, knownMs: Infinity, forMs, error }
    else block.untilMs = Math.max(block.untilMs, nowMs + forMs)
  }

  return {
    refusal(startedMs, nowMs) {
      if (block === null) return null
      // Who began before it was told, or in that moment, cannot have known.
      const duringBlock = startedMs > block.knownMs && startedMs < block.untilMs
      if (duringBlock) block.untilMs = Math.max(block.untilMs, nowMs + block.forMs)
      return duringBlock || isBlocked(nowMs) ? { error: block.error, duringBlock } : null
    },
    take(points, error, nowMs) {
      if (budget === null) return null
      if (levelAt(nowMs) + points <= budget.points) {
        level += points
        return null
      }
      startBlock(budget.blockMs, error, nowMs)
      return error
    },
    block: startBlock,
    tell(knownMs) {
      if (block !== null) block.knownMs = Math.min(block.knownMs, knownMs)
    },
    percent: (nowMs) => {
      if (isBlocked(nowMs)) return 100
      return budget === null ? 0 : Math.min(99, Math.floor((100 * levelAt(nowMs)) / budget.points))
    },
    regainMs: (nowMs) => Math.max(0, (block?.untilMs ?? 0) - nowMs),
  }
}
