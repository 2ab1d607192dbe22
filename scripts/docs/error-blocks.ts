import { FIXES, GRAPH_ERROR_RULES, type GraphErrorRule } from '../../src/extract/graph-error-rules.ts'
import { TRANSPORT_FAULTS } from '../../src/simulator/graph/faults.ts'
import { type GraphErrorSpec, NAMED_ERRORS } from '../../src/simulator/graph/named-errors.ts'
import { code, markdownTable } from './markdown.ts'

/** What the API's error codes mean, and by which names the simulator makes them. */
export function errorBlocks(): Record<string, string> {
  return { 'api-errors': apiErrors(), faults: faults(), 'transport-faults': transportFaults() }
}

function apiErrors(): string {
  return markdownTable(
    ['code', 'kind', 'what to do'],
    GRAPH_ERROR_RULES.map((rule) => [codeOf(rule), rule.kind, rule.fix ?? FIXES[rule.kind]]),
  )
}

function codeOf({ code: first, upTo, subcode, text }: GraphErrorRule): string {
  const range = upTo === undefined ? String(first) : `${first} to ${upTo}`
  const special = subcode === undefined ? '' : ` / ${subcode}`
  return `${range}${special}${text === undefined ? '' : `, saying ${code(text.source)}`}`
}

function faults(): string {
  const specs: readonly (readonly [string, GraphErrorSpec])[] = Object.entries(NAMED_ERRORS)
  return markdownTable(
    ['name', 'code', 'HTTP', 'message'],
    specs.map(([name, { code: number, subcode, status = 400, message }]) => [
      code(name),
      subcode === undefined ? String(number) : `${number} / ${subcode}`,
      String(status),
      message,
    ]),
  )
}

const TRANSPORT_MEANINGS = {
  'html-502': 'a gateway’s page in HTML, status 502',
  'empty-body': 'status 200 with nothing in it',
  'truncated-json': 'an answer that ends in the middle',
  'unavailable-200': 'status 200 with the text “Service Unavailable”',
  'error-200': 'an error of the API with status 200',
  'connection-reset': 'the connection breaks',
  slow: 'an answer that takes its time',
} as const satisfies Record<(typeof TRANSPORT_FAULTS)[number], string>

function transportFaults(): string {
  return markdownTable(
    ['name', 'what happens'],
    TRANSPORT_FAULTS.map((name) => [code(name), TRANSPORT_MEANINGS[name]]),
  )
}
