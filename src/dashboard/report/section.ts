import type { Theme } from '../../charts/theme.ts'
import type { Element } from '../../charts/tree.ts'
import type { Formats } from '../format.ts'

/** A part of a report: words, or a drawing of so many pixels. */
export interface Section {
  readonly title: string
  readonly lines: readonly string[]
  /** What the drawing shows, where it is rows: on a narrow screen a table is read, and the drawing is not. */
  readonly table?: { readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly drawing: { readonly element: Element; readonly height: number } | null
}

/** For what it is drawn. */
export interface DrawOptions {
  readonly width: number
  readonly theme: Theme
  readonly formats: Formats
}
