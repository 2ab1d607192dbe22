import { fileURLToPath } from 'node:url'
import type { Theme } from '../../charts/theme.ts'
import { h, toSvg } from '../../charts/tree.ts'
import { type Block, stack } from './lay-out.ts'

/** Shipped with the package: a machine without fonts would draw pictures without a word, and no error. */
export const FONT = fileURLToPath(new URL('../../../assets/DejaVuSans.ttf', import.meta.url))

const MARGIN = 32
/** Pixels of the picture for each of the drawing. */
const SCALE = 2

/** The whole report as one picture. Throws when @resvg/resvg-js is not installed. */
export async function toPng(blocks: readonly Block[], width: number, theme: Theme): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js')
  const height = blocks.reduce((sum, block) => sum + block.height, 0)
  const [fullWidth, fullHeight] = [width + 2 * MARGIN, height + 2 * MARGIN]
  const picture = h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: fullWidth,
      height: fullHeight,
      viewBox: `0 0 ${fullWidth} ${fullHeight}`,
      'font-family': 'DejaVu Sans',
    },
    h('rect', { width: fullWidth, height: fullHeight, fill: theme.surface }),
    h('g', { transform: `translate(${MARGIN} ${MARGIN})` }, stack(blocks)),
  )
  const resvg = new Resvg(toSvg(picture), {
    fitTo: { mode: 'zoom', value: SCALE },
    // Names in Chinese, Japanese or Korean need a font of the system.
    font: { fontFiles: [FONT], loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' },
  })
  return resvg.render().asPng()
}
