/** Something that must hold whatever happens, tried out at length. */
export interface Torture {
  /** What it shows, in one line. */
  readonly about: string
  /** How often when nothing is said, and in the short share that every change must pass. */
  readonly runs: { readonly full: number; readonly short: number }
  /** True when it held. */
  run(options: TortureOptions): Promise<boolean>
}

export interface TortureOptions {
  readonly runs: number
  /** Decides everything that happens by chance. */
  readonly seed: number
  /** Writes down what pages show of it, instead of seeing that it is still so. */
  readonly write?: boolean
  /** Prints a line. */
  tell(line: string): void
}
