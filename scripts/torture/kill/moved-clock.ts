/** Loaded into a process whose clock is to run so many milliseconds ahead of the machine's. */
const aheadMs = Number(process.env.TORTURE_AHEAD_MS ?? 0)
const now = Date.now
Date.now = () => now() + aheadMs
