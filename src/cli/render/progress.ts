import type { Clock } from '../../model/clock.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { Output } from '../output.ts'
import { duration, wallClock } from './words.ts'

/** Characters of the bar, where there is room for it. */
const WIDEST_BAR = 24
const NARROWEST_BAR = 6
/** Without a terminal, a line at most this often. */
const LINE_EVERY_MS = 30_000

export interface Progress {
  onEvent(event: SyncEvent): void
  close(): void
}

/** How far a sync is: a bar on a terminal, now and then a line in a log. */
export function createProgress(output: Output, clock: Clock): Progress {
  const startedMs = clock.now()
  let lastLineMs = startedMs
  let planned = 0
  let done = 0
  let failed = 0
  let rows = 0
  let waitsUntilMs = 0
  const usage = new Map<string, number>()

  const text = () => {
    const elapsedMs = Math.max(1, clock.now() - startedMs)
    const ended = done + failed
    const isWaiting = clock.now() < waitsUntilMs
    const percent = Math.max(0, ...usage.values())
    return [
      `${ended} of ${planned} slices`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      `${rows} rows`,
      `${Math.round((rows / elapsedMs) * 1000)} rows/s`,
      `API usage ${Math.round(percent)} %`,
      ...(isWaiting ? [`waiting until ${wallClock(waitsUntilMs)}`] : []),
      // While it waits, the pace so far says nothing of the time that is left.
      ...(!isWaiting && ended > 0 && ended < planned
        ? [`${duration((elapsedMs / ended) * (planned - ended))} left`]
        : []),
    ].join(', ')
  }
  const show = () => {
    const width = output.liveWidth
    if (width !== null) return output.live([liveLine(text(), (done + failed) / Math.max(1, planned), width)])
    if (clock.now() - lastLineMs < LINE_EVERY_MS) return
    lastLineMs = clock.now()
    output.say(`  ${text()}`, 'dim')
  }

  return {
    onEvent(event) {
      switch (event.type) {
        case 'planned':
          planned += event.slices
          return show()
        case 'loaded':
          done += event.slices
          rows += event.records
          return show()
        case 'slices-failed':
          failed += event.slices
          return show()
        case 'waiting':
          waitsUntilMs = Math.max(waitsUntilMs, event.untilMs)
          return show()
        case 'usage':
          usage.set(`${event.accountId} ${event.useCase}`, event.percent)
          return show()
        default:
          return
      }
    },
    close: () => output.live([]),
  }
}

/** The bar takes the room that the words leave; without enough of it there is none. */
function liveLine(words: string, share: number, width: number): string {
  const room = Math.min(WIDEST_BAR, width - words.length - 1)
  if (room < NARROWEST_BAR) return words.length > width ? `${words.slice(0, width - 1)}…` : words
  const filled = Math.round(share * room)
  return `${'█'.repeat(filled)}${'░'.repeat(room - filled)} ${words}`
}
