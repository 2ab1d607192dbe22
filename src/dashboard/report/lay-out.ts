import type { Theme } from '../../charts/theme.ts'
import { type Element, h } from '../../charts/tree.ts'
import type { DrawnChapter } from './draw-report.ts'
import type { Section } from './section.ts'

/** Something of a page, so many pixels high, that is not torn apart. */
export interface Block {
  readonly height: number
  /** Drawn with its top at 0. */
  readonly element: Element
  /** Whether it begins a page, where there are pages. */
  readonly startsPage?: boolean
}

const LINE = 20
/** Of a character of 13 pixels, on average. */
const CHARACTER = 6.9

/** A report as blocks from top to bottom, for a picture or for pages of paper. */
export function layOut(
  chapters: readonly DrawnChapter[],
  width: number,
  theme: Theme,
  made: string,
): Block[] {
  const line = (text: string, size: number, fill: string, height: number): Block => ({
    height,
    element: h('text', { x: 0, y: height * 0.7, 'font-size': size, fill }, text),
  })
  const words = (text: string) => wrap(text, width).map((part) => line(part, 13, theme.muted, LINE))
  return [
    ...chapters.flatMap(({ title, lines, sections }) => [
      ...wrap(title, width * 0.55).map((part, i) => ({
        ...line(part, 22, theme.text, 34),
        startsPage: i === 0,
      })),
      ...lines.flatMap(words),
      ...sections.flatMap(({ title: head, lines: said, drawing }) => {
        const top = line(head, 16, theme.text, 44)
        if (drawing === null) return [top, ...said.flatMap(words)]
        const lead = [top, ...said.flatMap(words)]
        const above = lead.reduce((sum, { height }) => sum + height, 0)
        // A head stays with what it is of.
        return [{ height: above + drawing.height, element: stack([...lead, toBlock(drawing)]) }]
      }),
      { height: 32, element: h('g', {}) },
    ]),
    ...words(made),
  ]
}

/** A drawing of this width, without a viewport of its own, which not every reader of SVG places well. */
function toBlock({ element, height }: NonNullable<Section['drawing']>): Block {
  const { 'font-size': size } = element.attributes
  return { height, element: h('g', { 'font-size': size }, element.children) }
}

/** Blocks under each other, as one element. */
export function stack(blocks: readonly Block[]): Element {
  let y = 0
  const placed = blocks.map(({ element, height }) => {
    const group = h('g', { transform: `translate(0 ${y})` }, element)
    y += height
    return group
  })
  return h('g', {}, placed)
}

function wrap(text: string, width: number): string[] {
  const most = Math.floor(width / CHARACTER)
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
