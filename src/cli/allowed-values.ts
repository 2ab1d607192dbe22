import { z } from 'zod'
import { SETTINGS_SCHEMA } from './settings.ts'

type Schema = z.core.JSONSchema.BaseSchema

/** What may stand at a place of the settings, for people: `a whole number from 1 to 90`. */
export function allowedValues(path: readonly PropertyKey[]): string {
  const settings: Schema = z.toJSONSchema(SETTINGS_SCHEMA, { io: 'input' })
  return inWords(path.reduce<Schema>(childOf, settings))
}

function childOf(schema: Schema, key: PropertyKey): Schema {
  const child = typeof key === 'number' ? schema.items : schema.properties?.[String(key)]
  return typeof child === 'object' && !Array.isArray(child) ? child : {}
}

function inWords(schema: Schema): string {
  const { title, type, enum: choices } = schema
  if (title !== undefined) return title
  if (choices !== undefined) return `one of ${choices.join(', ')}`
  if (type === 'integer') return `a whole number ${bounds(schema)}`
  if (type === 'number') return `a number ${bounds(schema)}`
  if (type === 'object') return 'an object'
  return `a list, each entry ${inWords(childOf(schema, 0))}`
}

function bounds({ minimum, maximum }: Schema): string {
  // Zod's whole numbers are never larger than JavaScript can count.
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
  return isOpen ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`
}
