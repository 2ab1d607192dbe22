import { h, toSvg } from '../../charts/tree.ts'
import { type Block, stack } from './lay-out.ts'
import { FONT } from './to-png.ts'

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89 }
const MARGIN = 40

/** The report on pages of A4, its words as text that can be searched. Throws when pdfkit is not installed. */
export async function toPdf(blocks: readonly Block[], width: number, title: string): Promise<Uint8Array> {
  const { default: PDFDocument } = await import('pdfkit')
  const { default: SVGtoPDF } = await import('svg-to-pdfkit')
  const scale = (PAGE.width - 2 * MARGIN) / width
  const room = (PAGE.height - 2 * MARGIN) / scale
  const document = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false, info: { Title: title } })
  const chunks: Uint8Array[] = []
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    document.on('end', () => resolve())
    document.on('error', reject)
  })
  for (const page of toPages(blocks, room)) {
    document.addPage()
    const drawing = h(
      'svg',
      { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${room}` },
      stack(page),
    )
    SVGtoPDF(document, toSvg(drawing), MARGIN, MARGIN, {
      width: PAGE.width - 2 * MARGIN,
      height: PAGE.height - 2 * MARGIN,
      // Its own sizes are points, too: as pixels they would be three quarters of that.
      assumePt: true,
      fontCallback: () => FONT,
    })
  }
  document.end()
  await ended
  return Buffer.concat(chunks)
}

/** A block that does not fit goes to the next page. */
function toPages(blocks: readonly Block[], room: number): Block[][] {
  const pages: Block[][] = []
  let left = 0
  for (const block of blocks) {
    const page = pages.at(-1)
    if (page && block.height <= left && !block.startsPage) page.push(block)
    else {
      pages.push([block])
      left = room
    }
    left -= block.height
  }
  return pages
}
