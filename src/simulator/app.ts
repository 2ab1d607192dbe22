import type { Hono } from 'hono'
import type { Clock } from '../model/clock.ts'
import type { World } from './world.ts'

/** One call as the simulator saw it; the calls of a batch are listed singly, after the batch itself. */
export interface SimulatedCall {
  readonly method: string
  /** Without the version: `/act_123/insights`. */
  readonly path: string
  readonly version: string
  /** The id in the path, `me`, or null. */
  readonly id: string | null
  /** `insights`, `campaigns`, …; null for a node. */
  readonly edge: string | null
  /** Query and form together. */
  readonly params: Readonly<Record<string, string>>
  readonly inBatch: boolean
  readonly atMs: number
}

export interface SimulatorOptions {
  readonly world: World
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

export interface Simulator {
  /** The network of a test; also takes the Request that a server hands over. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  readonly app: Hono
  readonly calls: readonly SimulatedCall[]
}
