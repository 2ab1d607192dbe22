import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bar, barListHeight, drawBarList } from '../../src/charts/bar-list.ts'
import { type DaysData, drawDays, layoutDays } from '../../src/charts/days.ts'
import { drawSpark } from '../../src/charts/spark.ts'
import { PAPER_THEME } from '../../src/charts/theme.ts'
import { type Element, h, toSvg } from '../../src/charts/tree.ts'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'

const theme = PAPER_THEME
const FIRST = parseCalendarDate('2026-01-01')
const amount = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.double({ min: 0, max: 1e-9, noNaN: true }),
)
const gapped = fc.oneof({ weight: 4, arbitrary: amount }, fc.constant(null))
const size = { width: fc.integer({ min: 240, max: 1600 }), height: fc.integer({ min: 120, max: 600 }) }

const daysData = fc.integer({ min: 1, max: 400 }).chain((count) => {
  const values = fc.array(gapped, { minLength: count, maxLength: count })
  const series = values.map((found) => ({ label: 'x', values: found, format: String, formatShort: String }))
  return fc.record({
    days: fc.constant(Array.from({ length: count }, (_, i) => String(addDays(FIRST, i)))),
    bars: series,
    line: fc.option(series),
    previous: fc.option(values),
    arriving: fc.integer({ min: 0, max: Math.min(2, count) }),
    marks: fc.array(fc.nat(200), { minLength: count, maxLength: count }),
  })
})

/** Every number that an attribute holds, with its name. */
function numbersOf({ attributes, children }: Element): [string, number][] {
  const own = Object.entries(attributes).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number'
      ? [[name, value]]
      : name === 'd'
        ? [...value.matchAll(/-?[\d.]+(?:e[-+]?\d+)?|NaN|Infinity/g)].map(([found]) => [name, Number(found)])
        : [],
  )
  return [...own, ...children.flatMap((child) => (typeof child === 'string' ? [] : numbersOf(child)))]
}

function expectSound(element: Element, width: number, height: number): void {
  expect(toSvg(element)).not.toMatch(/NaN|Infinity|undefined|null/)
  for (const [name, value] of numbersOf(element)) {
    expect(Number.isFinite(value), `${name} ${value}`).toBe(true)
    if (['x', 'x1', 'x2', 'cx'].includes(name)) expect(value, name).toBeGreaterThanOrEqual(-1)
    if (['x', 'x1', 'x2', 'cx'].includes(name)) expect(value, name).toBeLessThanOrEqual(width + 1)
    if (['y', 'y1', 'y2', 'cy'].includes(name)) expect(value, name).toBeLessThanOrEqual(height + 1)
    if (['width', 'height', 'y'].includes(name)) expect(value, name).toBeGreaterThanOrEqual(-1)
  }
}

describe('a chart', () => {
  it('of days has no mark outside of it, whatever is missing, huge, tiny or nothing at all', () => {
    fc.assert(
      fc.property(daysData, size.width, size.height, (data: DaysData, width, height) => {
        const options = { width, height, theme, formatDay: (day: string) => day.slice(5), summary: 'all' }
        expectSound(drawDays(data, options), width, height)
        const at = layoutDays(data, options)
        expect(at.x(0)).toBeGreaterThan(at.left)
        expect(at.x(data.days.length - 1)).toBeLessThan(at.right)
      }),
    )
  })

  it('of days draws each value as high as it is, and nothing where a day is not loaded', () => {
    const values = [10, null, 5, 0]
    const series = { label: 'x', values, format: String, formatShort: String }
    const data = {
      days: ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'],
      bars: series,
      line: null,
      previous: values,
      arriving: 0,
      marks: [],
    }
    const drawn = drawDays(data, { width: 400, height: 200, theme, formatDay: String, summary: 'all' })
    const heights = drawn.children.flatMap((child) =>
      typeof child !== 'string' && child.tag === 'rect' ? [Number(child.attributes.height)] : [],
    )
    expect(heights).toHaveLength(3)
    expect(heights[0]).toBeCloseTo(2 * (heights[1] ?? 0), 1)
    expect(heights[2]).toBe(0)
    const path = drawn.children.find((child) => typeof child !== 'string' && child.tag === 'path')
    expect(typeof path === 'object' && String(path.attributes.d).match(/M/g)).toHaveLength(2)
  })

  it('of bars by name, and a small line, likewise', () => {
    const bar = fc.record({
      label: fc.string({ unit: 'grapheme' }),
      value: amount,
      figures: fc.constant(['1', '2']),
    })
    fc.assert(
      fc.property(fc.array(bar, { maxLength: 30 }), size.width, (bars: Bar[], width) => {
        const drawn = drawBarList(bars, {
          width: Math.max(480, width),
          theme,
          summary: 'all',
          heads: ['a', 'b'],
        })
        expectSound(drawn, Math.max(480, width), barListHeight(bars))
      }),
    )
    fc.assert(fc.property(fc.array(gapped), (values) => expectSound(drawSpark(values, theme), 84, 28)))
  })
})

it('whatever a name holds is text in what is drawn, never an element or an attribute', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('</text><script>', '"><', "' onload='", ']]>', '&amp;'),
      ),
      (name) => {
        const drawn = toSvg(h('text', { 'aria-label': name }, name))
        const [, attribute = '', content = ''] = /^<text aria-label="([^"<>]*)">([^<>]*)<\/text>$/s.exec(
          drawn,
        ) ?? ['', drawn, drawn]
        const decode = (text: string) =>
          text
            .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
            .replace(/&quot;/g, '"')
            .replace(/&lt;/g, '<')
            .replace(/&gt;/g, '>')
            .replace(/&amp;/g, '&')
        // XML can write neither other control characters nor halves of pairs.
        const expected = name
          .toWellFormed()
          .replace(/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu, '\ufffd')
        expect(decode(attribute)).toBe(expected)
        if (name !== '') expect(decode(content)).toBe(expected)
      },
    ),
  )
})
