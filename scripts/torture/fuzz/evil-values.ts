import type { Random } from '../../../src/simulator/world/random.ts'
import type { JsonNode } from './json-tree.ts'

/** JSON source that stands where a scalar stood. `own` is the scalar as plain text, without quotes. */
type EvilValue = (own: string, random: Random) => string

const quoted = (text: string): string => JSON.stringify(text)
const fixed = (...sources: readonly string[]): EvilValue[] => sources.map((source) => () => source)
const texts = (...values: readonly string[]): EvilValue[] => fixed(...values.map(quoted))

const NUMBERS = fixed(
  ...['1e3', '-5', '0', '-0', '0.10', '1E-7', '1.5e-7', '1e-25', '1e-400', '1e400', '1e308', '12.0', '1.5'],
  ...[
    '9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
    '1000000000000',
    '0.1234567890123456789',
  ],
  ...[
    '1.2345678901234567890123e5',
    '123456789012345678901234567890123456789',
    '1e15',
    '1e16',
    '3.0e0',
    '010',
  ],
  ...['NaN', 'Infinity', '+1', '.5', '5.', '0x1e', '1_000'],
)

const NUMBER_TEXTS = texts(
  ...[
    '12abc',
    '1e3',
    '1E3',
    '-5',
    '-0.01',
    '-0',
    'NaN',
    'Infinity',
    '-Infinity',
    '1,234.5',
    '1.234,5',
    '1 234',
  ],
  ...[
    '0x1e',
    '0b1',
    '0e1',
    '1e',
    'e1',
    ' 12 ',
    '12 ',
    '12\n',
    '+12',
    '.5',
    '5.',
    '١٢',
    '１２',
    '1_000',
    '12n',
    '½',
    '--1',
  ],
  ...[
    '12345678901234567890e0',
    '1.00000000000000000001e2',
    '1e-25',
    '1e-400',
    '1e400',
    '1e21',
    '1e39',
    '1e-39',
  ],
  ...[
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551616',
    '1000000000000',
    '9007199254740993',
  ],
  ...[
    '0.1234567890123456789012345678901234567',
    '99999999999999999999.99',
    '000',
    '007.50',
    '4.5.6',
    '12-13',
    '$5',
    '5%',
    'null',
  ],
)

const DATES = texts(
  ...[
    '0000-01-01',
    '0001-01-01',
    '1969-12-31',
    '9999-12-31',
    '+275760-09-13',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
  ],
  ...['2026-11-5', '05/11/2026', '20261105', '2026-11-05T00:00:00', 'today', '1793836800', '2026-11-31'],
  ...[
    '0000-01-01T00:00:00+0000',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59-1400',
    '2026-02-30T08:00:00+0000',
  ],
  ...[
    '2026-02-28T24:00:00Z',
    '2026-02-28T23:59:60Z',
    '2026-02-28T08:00:00+1600',
    '2026-02-28T08:00:00+9999',
    '2026-02-28 08:00:00',
  ],
  ...['2026-02-28T08:00:00+00:00', '-2026-02-28T08:00:00Z', 'infinity', 'epoch', 'now'],
)

const WORDS = texts(
  ...[
    '',
    ' ',
    'unknown',
    ' Unknown ',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud83d',
    'x\udc4dy',
    '\u202eevil',
    '\u001b[31mred',
    'a\tb\\n\nc\r',
    '\\N',
    '\\.',
    "'; DROP TABLE dim_ad; --",
  ],
  ...[
    'ﬃ'.repeat(60),
    'ΐ'.repeat(255),
    '👍'.repeat(127),
    'İ',
    'ß',
    'é',
    'e\u0301',
    'act_1',
    'link_click',
    'omni_purchase',
    'purchase',
  ],
)

const SHAPES = fixed(
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[1,2]',
    '{"value":"1"}',
    '{"id":"1"}',
    '[{"action_type":"link_click","value":"1"}]',
  ],
  ...[
    '{"toString":1}',
    '{"toString":null,"valueOf":null}',
    '{"__proto__":{"id":"1"}}',
    '{"length":1,"0":"1"}',
    '{"toJSON":1}',
  ],
)

const OWN: readonly EvilValue[] = [
  (own) => quoted(own),
  (own) => (/^-?\d/.test(own) ? own : quoted(own)),
  (own) => `[${quoted(own)}]`,
  (own) => `{"value":${quoted(own)}}`,
  (own) => quoted(`0${own}`),
  (own) => quoted(`-${own}`),
  (own) => quoted(`${own}a`),
  (own) => quoted(` ${own}`),
  (own) => quoted(`act_${own}`),
  (own) => quoted(own.toUpperCase()),
  (own) => quoted(`${own}${own}`),
  (own) => quoted(own.slice(0, -1)),
  (own) => quoted(`${own}.0`),
  (own) => quoted(`${own}e0`),
  (own) => (/^\d+$/.test(own) ? `${own}.0` : quoted(own)),
  (own) => (/^\d+$/.test(own) ? `${own}e0` : quoted(own)),
  (own) => (/^[1-9]\d*$/.test(own) ? `${own[0]}.${own.slice(1)}1e${own.length - 1}` : quoted(own)),
  (own) => (/^\d+$/.test(own) ? String(BigInt(own) + 1n) : quoted(`${own}\u0000`)),
  (own, random) => withDigit(own, random),
  (own) => quoted(own).replace(/^"(.)/, (_, first: string) => `"${escaped(first)}`),
]

/** Good numbers of any length, so that what is loaded can be compared digit by digit. */
const DIGITS: readonly EvilValue[] = [
  (_, random) => decimal(random),
  (_, random) => quoted(decimal(random)),
  (_, random) => `${decimal(random)}e${random.int(-30, 30)}`,
  (_, random) => quoted(`${decimal(random)}E${random.int(-30, 30)}`),
  (_, random) => String(random.int(0, 99_999)),
  (_, random) => quoted(String(random.int(0, 99_999))),
  (_, random) => quoted(String(random.int(0, 2 ** 52))),
]

const FAMILIES = [NUMBERS, NUMBER_TEXTS, DATES, WORDS, SHAPES, OWN, OWN, DIGITS, DIGITS] as const

/** Another source for `node`, a scalar or not. */
export function evilValue(node: JsonNode, random: Random): string {
  return random.pick(random.pick(FAMILIES))(ownText(node), random)
}

function ownText(node: JsonNode): string {
  if (node.kind === 'text') return node.text
  return node.kind === 'number' ? node.source : 'x'
}

function withDigit(own: string, random: Random): string {
  const at = random.int(0, Math.max(0, own.length - 1))
  return quoted(own.slice(0, at) + String(random.int(0, 9)) + own.slice(at + 1))
}

function decimal(random: Random): string {
  const digits = (most: number) =>
    Array.from({ length: random.int(1, most) }, () => random.int(0, 9)).join('')
  const whole = digits(random.pick([2, 8, 20])).replace(/^0+(?=\d)/, '')
  return random.chance(0.4) ? whole : `${whole}.${digits(random.pick([2, 6, 25]))}`
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
