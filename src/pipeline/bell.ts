/** Wakes who waits for one of several things, which it then looks for itself. */
export interface Bell {
  ring(): void
  /** True as soon as it rings, or when it has rung since it was last waited for; false after `ms`. */
  wait(ms: number): Promise<boolean>
}

export function createBell(): Bell {
  let hasRung = false
  let wake = () => {}
  return {
    ring() {
      hasRung = true
      wake()
    },
    async wait(ms) {
      if (!hasRung) {
        const woken = Promise.withResolvers<void>()
        wake = woken.resolve
        const timer = setTimeout(wake, ms)
        await woken.promise
        clearTimeout(timer)
      }
      const result = hasRung
      hasRung = false
      return result
    },
  }
}
