import { type GraphFailure, invalidParameter } from './graph-failure.ts'

/** Query and form together; lists and objects are JSON text. */
export type Params = Readonly<Record<string, string>>

/** Reads a request's query and body (form or JSON); the body wins. Consumes the body. */
export async function readParams(request: Request): Promise<Record<string, string>> {
  const params = Object.fromEntries(new URL(request.url).searchParams)
  if (request.method === 'GET' || request.body === null) return params
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('application/json')) {
    const body: unknown = JSON.parse((await request.text()) || '{}')
    for (const [name, value] of Object.entries(body ?? {})) {
      params[name] = typeof value === 'string' ? value : JSON.stringify(value)
    }
    return params
  }
  for (const [name, value] of await request.formData()) {
    if (typeof value === 'string') params[name] = value
  }
  return params
}

/** The JSON in a parameter, undefined when it was not sent. Throws a #100 on text that is no JSON. */
export function parseJsonParam(params: Params, name: string): unknown {
  const text = params[name]
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw invalidParameter(`${name} must be valid JSON`)
  }
}

/** A list written as JSON or with commas; null when it was not sent. Throws a #100 on anything else. */
export function parseListParam(params: Params, name: string): string[] | null {
  const text = params[name]?.trim()
  if (text === undefined || text === '') return null
  if (!text.startsWith('[')) return text.split(',').map((item) => item.trim())
  const list = parseJsonParam(params, name)
  if (!Array.isArray(list)) throw invalidParameter(`${name} must be an array`)
  return list.map(String)
}

/** The list, each item one of `allowed`; null when it was not sent. Throws a #100 that lists what is allowed. */
export function parseEnumList(params: Params, name: string, allowed: readonly string[]): string[] | null {
  const list = parseListParam(params, name)
  for (const [index, item] of (list ?? []).entries()) requireOneOf(`${name}[${index}]`, item, allowed)
  return list
}

/** Throws a #100 that lists what is allowed unless `value` is among it. */
export function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw notOneOf(name, allowed)
}

export function notOneOf(name: string, allowed: readonly string[]): GraphFailure {
  return invalidParameter(`${name} must be one of the following values: ${allowed.join(', ')}`)
}

/** A page's size; 25 when it was not sent. Throws a #100 unless it is a whole number above 0. */
export function parseLimit(params: Params): number {
  const text = params.limit
  if (text === undefined || text === '') return 25
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidParameter('limit must be a positive integer')
  return Number(text)
}
