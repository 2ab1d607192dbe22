import type { Tone } from '../../src/cli/output.ts'
import type { RecordedLine } from './recorded-run.ts'

const COLUMNS = 100
const CHARACTER_WIDTH = 7.83
const LINE_HEIGHT = 18
const PADDING = 20
const TITLE_BAR = 34

/** Its own dark ground, so that it reads the same on a light page and on a dark one. */
const COLORS = {
  good: '#7ee787',
  note: '#d1d9e0',
  warning: '#e3b341',
  problem: '#ff7b72',
  dim: '#8b949e',
  title: '#ffffff',
} as const satisfies Record<Tone, string>

/** A terminal of 100 columns that shows `lines`; longer ones go on below. */
export function terminalSvg(command: string, lines: readonly RecordedLine[]): string {
  const shown = [{ text: `$ ${command}`, tone: 'title' as const }, ...lines].flatMap(broken)
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * PADDING)
  const height = TITLE_BAR + shown.length * LINE_HEIGHT + PADDING
  const texts = shown.map(({ text, tone }, index) => {
    const y = TITLE_BAR + (index + 1) * LINE_HEIGHT
    return `<text x="${PADDING}" y="${y}" fill="${COLORS[tone]}"${tone === 'title' ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`
  })
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, index) => `<circle cx="${PADDING + index * 20}" cy="18" r="6" fill="${color}"/>`,
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="a terminal">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#3d444d"/>`,
    ...lights,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">',
    ...texts,
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

/** Lines of at most so many columns, broken at spaces. */
const BREAK = new RegExp(`(.{1,${COLUMNS}})(?: |$)`, 'gu')

function broken({ text, tone }: RecordedLine): RecordedLine[] {
  const pieces = [...text.matchAll(BREAK)].map((match) => match[1] ?? '')
  return (pieces.length > 0 ? pieces : ['']).map((piece) => ({ text: piece, tone }))
}

/** Spaces that do not break: an SVG drops those at the beginning of a text. */
function escaped(text: string): string {
  return text
    .replaceAll(' ', '\u00a0')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
}
