import type { Clock } from '../../model/clock.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { Output } from '../output.ts'
import { shorten } from './cells.ts'
import { duration, wallClock } from './words.ts'

/** Characters of a bar. */
const BAR = 16
/** A terminal that is narrower than this needs its room for words. */
const NARROWEST = 60
/** Without a terminal, a line at most this often. */
const LINE_EVERY_MS = 30_000

export interface Progress {
  onEvent(event: SyncEvent): void
  close(): void
}

/** How far a sync is: three lines that stay at the bottom of a terminal, now and then a line in a log. */
export function createProgress(output: Output, clock: Clock): Progress {
  const startedMs = clock.now()
  let lastLineMs = startedMs
  let planned = 0
  let done = 0
  let failed = 0
  let rows = 0
  let accounts = 0
  let waiting: { readonly untilMs: number; readonly reason: string } | null = null
  const usage = new Map<string, number>()

  const parts = () => {
    const elapsedMs = Math.max(1, clock.now() - startedMs)
    const ended = done + failed
    const waits = waiting !== null && clock.now() < waiting.untilMs ? waiting : null
    const percent = Math.round(Math.max(0, ...usage.values()))
    // While it waits, the pace so far says nothing of the time that is left.
    const isGuessable = waits === null && ended > 0 && ended < planned
    return {
      share: ended / Math.max(1, planned),
      slices: [
        `${ended} of ${planned} slices`,
        ...(failed > 0 ? [`${failed} failed`] : []),
        ...(isGuessable ? [`${duration((elapsedMs / ended) * (planned - ended))} left`] : []),
      ],
      rows: [`${rows} rows`, `${Math.round((rows / elapsedMs) * 1000)} rows/s`],
      percent,
      waits: waits === null ? [] : [`waiting until ${wallClock(waits.untilMs)}: ${waits.reason}`],
    }
  }
  const show = () => {
    const { share, slices, rows: pace, percent, waits } = parts()
    const width = output.liveWidth
    if (width !== null) {
      const inAll = accounts === 0 ? [] : [`${accounts} ${accounts === 1 ? 'account' : 'accounts'}`]
      return output.live(
        [
          withBar(share, slices.join(', '), width),
          [...inAll, ...pace].join(', '),
          withBar(percent / 100, [`${percent} % of the API's limit used`, ...waits].join(', '), width),
        ].map((line) => shorten(line, width)),
      )
    }
    if (clock.now() - lastLineMs < LINE_EVERY_MS) return
    lastLineMs = clock.now()
    output.say(`  ${[...slices, ...pace, `API usage ${percent} %`, ...waits].join(', ')}`, 'dim')
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
          if (waiting === null || event.untilMs > waiting.untilMs) waiting = event
          return show()
        case 'accounts':
          accounts = event.accounts.length
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

/** Words with a bar before them, where there is room for it: all bars are equally long, so that they stand in line. */
function withBar(share: number, words: string, width: number): string {
  if (width < NARROWEST) return words
  const filled = Math.round(Math.min(1, share) * BAR)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${words}`
}
