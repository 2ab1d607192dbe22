import { readFileSync, writeFileSync } from 'node:fs'

/** What a fault looks like to who runs the command, without what differs from run to run. */
export interface SeenFault {
  readonly fault: string
  readonly when: string
  /** Empty when there is none. */
  readonly message: string
  /** The exit status, or the signal. */
  readonly ended: string
  /** What has to be done, and what the next sync does. */
  readonly next: string
}

const SEEN_FILE = new URL('seen-faults.json', import.meta.url)

/** What was seen last, in the order in which pages show it. */
export function readSeenFaults(): SeenFault[] {
  return JSON.parse(readFileSync(SEEN_FILE, 'utf8'))
}

/** Puts what was seen in place of what was seen before; the others stay. */
export function writeSeenFaults(seen: readonly SeenFault[], order: readonly string[]): void {
  const known = new Map([...readSeenFaults(), ...seen].map((each) => [each.fault, each]))
  const all = order.flatMap((fault) => known.get(fault) ?? [])
  writeFileSync(SEEN_FILE, `${JSON.stringify(all, null, 2)}\n`)
}

/** In what the faults that were seen now differ from what was seen before, of all that there are. */
export function differFromSeen(seen: readonly SeenFault[], order: readonly string[]): string[] {
  const before = readSeenFaults()
  const changed = seen.flatMap((now) => {
    const known = before.find(({ fault }) => fault === now.fault)
    if (JSON.stringify(known) === JSON.stringify(now)) return []
    return [`${now.fault}: ${JSON.stringify(now)}, before: ${JSON.stringify(known)}`]
  })
  const gone = before.filter(({ fault }) => !order.includes(fault))
  const lacking = order.filter((name) => !before.some(({ fault }) => fault === name))
  return [
    ...changed,
    ...gone.map(({ fault }) => `${fault}: there is no such fault any more`),
    ...lacking.map((fault) => `${fault}: it was never written down`),
  ]
}
