import { createElement, type ReactNode } from 'react'
import type { Element } from '../../src/charts/tree.ts'

/** A chart’s tree as elements of the page. */
export function Svg({ of }: { readonly of: Element }): ReactNode {
  return render(of, 0)
}

function render(node: Element | string, key: number): ReactNode {
  if (typeof node === 'string') return node
  const { tag, attributes, children } = node
  const props = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [toProp(name), value]))
  return createElement(tag, { ...props, key }, ...children.map(render))
}

/** React names attributes as the DOM’s properties, but for `aria-…` and `data-…`. */
function toProp(name: string): string {
  if (name === 'class') return 'className'
  if (/^(?:aria|data)-/.test(name)) return name
  return name.replace(/[-:]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
