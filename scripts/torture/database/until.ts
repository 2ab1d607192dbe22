import { setTimeout as sleep } from 'node:timers/promises'

/** More than anything takes that is waited for. */
const PATIENCE_MS = 30_000

/** Resolves when it is so; asks again and again, and rejects when it does not become so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('What was waited for has not come.')
    await sleep(10)
  }
}

/** Says that somebody awaits it in the end: until then, that it has failed is not an unhandled rejection. */
export function handledLater(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}
