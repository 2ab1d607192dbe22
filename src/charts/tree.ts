/** A piece of SVG, before anybody draws it: the page hands it to React, a report writes it as text. */
export interface Element {
  readonly tag: string
  /** By SVG’s own names: `stroke-width`, `text-anchor`. */
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly (Element | string)[]
}

type Child = Element | string | null | readonly Child[]

export function h(
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: Child[]
): Element {
  return {
    tag,
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, tidy(value)]],
      ),
    ),
    children: children.flat(9).filter((child): child is Element | string => child !== null),
  }
}

/** A hundredth of a pixel is finer than any screen, and keeps a page small. */
function tidy(value: string | number): string | number {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value
}

/** The element as text, in which nothing that a name contains can become an element. */
export function toSvg({ tag, attributes, children }: Element): string {
  const open = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
  const inside = children.map((child) => (typeof child === 'string' ? escapeXml(child) : toSvg(child)))
  return inside.length === 0
    ? `<${tag}${open.join('')}/>`
    : `<${tag}${open.join('')}>${inside.join('')}</${tag}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** XML has no way to write the other control characters, nor half of a surrogate pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? '')
}
