import type { FirstSync } from './first-sync.ts'

const WIDTH = 720
const HEIGHT = 300
const PANEL = { width: 280, height: 180, top: 60 }

/** Wall time and peak memory over the number of rows, as SVG: the first ought to be a line, the second level. */
export function drawSizes(results: readonly FirstSync[]): string {
  const rows = results.map((result) => result.rows)
  const panels = [
    panel(
      60,
      'Wall time, s',
      rows,
      results.map(({ wallMs }) => wallMs / 1000),
    ),
    panel(
      60 + PANEL.width + 80,
      'Peak memory, MB',
      rows,
      results.map(({ peakRssMb }) => peakRssMb),
    ),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>Wall time and peak memory of a first sync over the number of fact rows</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n')
}

function panel(left: number, title: string, xs: readonly number[], ys: readonly number[]): string {
  const [maxX, maxY] = [Math.max(...xs), nice(Math.max(...ys))]
  const bottom = PANEL.top + PANEL.height
  const at = (x: number, y: number) =>
    [left + (x / maxX) * PANEL.width, bottom - (y / maxY) * PANEL.height].map((value) => value.toFixed(1))
  const points = xs.map((x, i) => at(x, ys[i] ?? 0))
  return [
    `<text x="${left}" y="${PANEL.top - 24}" font-weight="600" fill="#222">${title}</text>`,
    ...[0, maxY / 2, maxY].map((value) => {
      const [, y = ''] = at(0, value)
      return (
        `<line x1="${left}" x2="${left + PANEL.width}" y1="${y}" y2="${y}" stroke="#ddd"/>` +
        `<text x="${left - 8}" y="${Number(y) + 4}" text-anchor="end" fill="#555">${Math.round(value)}</text>`
      )
    }),
    ...xs.map((x) => {
      const [place = ''] = at(x, 0)
      return `<text x="${place}" y="${bottom + 20}" text-anchor="middle" fill="#555">${(x / 1000).toFixed(0)}k</text>`
    }),
    `<text x="${left + PANEL.width / 2}" y="${bottom + 40}" text-anchor="middle" fill="#555">fact rows</text>`,
    `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="4" fill="#1f6feb"/>`),
  ].join('\n')
}

/** The next of 1, 2, 5, 10, 20 … above. */
function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}
