const RUNS = 25

/**
 * How a property that needs a database is run: its seed from FBADS_TEST_SEED, its runs a share of
 * FBADS_TEST_RUNS. It is not shrunk: of a counterexample, its first form is told.
 */
export function propertyOptions(share: number): { numRuns: number; seed?: number; endOnFailure: boolean } {
  const { FBADS_TEST_SEED: seed, FBADS_TEST_RUNS: runs } = process.env
  return {
    numRuns: Math.ceil((runs ? Number(runs) : RUNS) * share),
    ...(seed && { seed: Number(seed) }),
    endOnFailure: true,
  }
}
