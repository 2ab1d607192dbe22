import { type Span, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseTraceparent, traceparentOf } from '../../src/observe/traceparent.ts'
import { propertyOptions } from '../support/property-options.ts'

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => !/^0+$/.test(text))

it('a span that is named to another process is the same there', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.nat(255), (traceId, spanId, traceFlags) => {
      const span: Span = trace.wrapSpanContext({ traceId, spanId, traceFlags })
      expect(parseTraceparent(traceparentOf(span))).toEqual({ traceId, spanId, traceFlags, isRemote: true })
    }),
    propertyOptions(4),
  )
})

it.each([
  '',
  'nonsense',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
])('%j names no span', (text) => {
  expect(parseTraceparent(text)).toBeNull()
})
