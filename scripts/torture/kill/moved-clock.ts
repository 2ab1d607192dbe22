import { existsSync } from 'node:fs'

/**
 * Loaded into a process whose clock is to run so many milliseconds ahead of the machine's, and to jump by so many
 * more, or back, from when a file is there.
 */
const aheadMs = Number(process.env.TORTURE_AHEAD_MS ?? 0)
const jumpMs = Number(process.env.TORTURE_JUMP_MS ?? 0)
const jumpFile = process.env.TORTURE_JUMP_FILE ?? ''
const now = Date.now
Date.now = () => now() + aheadMs + (jumpMs !== 0 && existsSync(jumpFile) ? jumpMs : 0)
