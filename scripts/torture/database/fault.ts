import type { EndedProcess } from '../fbads-process.ts'
import type { ServedStage } from './served-stage.ts'
import type { Stage } from './stage.ts'

/** Something of the database or the machine that goes wrong before or while a sync runs. */
export interface Fault<S extends Stage> {
  readonly fault: string
  readonly when: string
  /** Why it cannot be tried here; null when it can. */
  leftOut?(): string | null
  /** Lets it befall a sync and says how that ended. Throws when it has not befallen it. */
  befall(stage: S): Promise<BefallenSync>
  /** What of that sync's output is told to people; when absent, the last line that names an error. */
  readonly says?: RegExp
  /** What a person does before the next sync; nothing when absent. */
  readonly remedy?: string
}

export interface BefallenSync extends EndedProcess {
  /** Applies the remedy. */
  mend?(): Promise<unknown>
}

export type ServedFault = Fault<ServedStage>
export type EmbeddedFault = Fault<Stage>

export const isRoot = (): boolean => process.getuid?.() === 0
