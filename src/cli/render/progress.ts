import type { Clock } from '../../model/clock.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { Output } from '../output.ts'
import { shorten } from './cells.ts'
import { type Ticker, ticker } from './ticker.ts'
import { wallClock, wholeSeconds } from './words.ts'

/** Characters of a bar. */
const BAR = 16
/** A terminal that is narrower than this needs its room for words. */
const NARROWEST = 60
/** Without a terminal, a line at most this often. */
const LINE_EVERY_MS = 30_000
/** On a terminal the clock is seen to go on, also while nothing happens. */
const TICK_MS = 1_000

export interface Progress {
  onEvent(event: SyncEvent): void
  close(): void
}

/** How far a sync is: three lines that stay at the bottom of a terminal, now and then a line in a log. */
export function createProgress(output: Output, clock: Clock, every: Ticker = ticker): Progress {
  const startedMs = clock.now()
  let lastLineMs = startedMs
  let planned = 0
  let done = 0
  let failed = 0
  let rows = 0
  let accounts = 0
  let isShown = false
  let waiting: { readonly untilMs: number; readonly reason: string } | null = null
  /** When the last slice will have ended, at the pace until the newest one did; null before any has. */
  let endMs: number | null = null
  const usage = new Map<string, number>()

  const pace = () => {
    const ended = done + failed
    const nowMs = clock.now()
    if (ended > 0) endMs = nowMs + ((nowMs - startedMs) / ended) * (planned - ended)
  }
  const parts = () => {
    const nowMs = clock.now()
    const elapsedMs = Math.max(1, nowMs - startedMs)
    const ended = done + failed
    const waits = waiting !== null && nowMs < waiting.untilMs ? waiting : null
    const percent = Math.round(Math.max(0, ...usage.values()))
    // While it waits, the pace so far says nothing of the time that is left; nor does a guess that did not come true.
    const leftMs = waits === null && endMs !== null ? endMs - nowMs : 0
    return {
      share: ended / Math.max(1, planned),
      slices: [
        `${ended} of ${planned} slices`,
        ...(failed > 0 ? [`${failed} failed`] : []),
        ...(leftMs > 0 ? [`${wholeSeconds(leftMs)} left`] : []),
      ],
      rows: [`${rows} rows`, `${Math.round((rows / elapsedMs) * 1000)} rows/s`],
      percent,
      elapsed: `${wholeSeconds(elapsedMs)} so far`,
      waits:
        waits === null
          ? []
          : [
              `waiting until ${wallClock(waits.untilMs)} (${wholeSeconds(waits.untilMs - nowMs)}): ${waits.reason}`,
            ],
    }
  }
  const show = () => {
    const { share, slices, rows: rates, elapsed, percent, waits } = parts()
    const width = output.liveWidth
    if (width !== null) {
      isShown = true
      const inAll = accounts === 0 ? [] : [`${accounts} ${accounts === 1 ? 'account' : 'accounts'}`]
      return output.live(
        [
          withBar(share, slices.join(', '), width),
          [...inAll, ...rates, elapsed].join(', '),
          withBar(percent / 100, [`${percent} % of the API's limit used`, ...waits].join(', '), width),
        ].map((line) => shorten(line, width)),
      )
    }
    if (clock.now() - lastLineMs < LINE_EVERY_MS) return
    lastLineMs = clock.now()
    output.say(`  ${[...slices, ...rates, `API usage ${percent} %`, ...waits].join(', ')}`, 'dim')
  }
  // What has shown nothing yet has nothing that goes on.
  const stop = output.liveWidth === null ? () => {} : every(TICK_MS, () => isShown && show())

  return {
    onEvent(event) {
      switch (event.type) {
        case 'planned':
          planned += event.slices
          pace()
          return show()
        case 'loaded':
          done += event.slices
          rows += event.records
          pace()
          return show()
        case 'slices-failed':
          failed += event.slices
          pace()
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
    close() {
      stop()
      output.live([])
    },
  }
}

/** Words with a bar before them, where there is room for it: all bars are equally long, so that they stand in line. */
function withBar(share: number, words: string, width: number): string {
  if (width < NARROWEST) return words
  const filled = Math.round(Math.min(1, share) * BAR)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${words}`
}
