import { invalidParameter } from '../graph/graph-failure.ts'

/** One field that was asked for, with what was asked of the object in it. */
export interface FieldSelection {
  readonly name: string
  readonly fields: readonly FieldSelection[]
}

/**
 * Reads `id,name,creative{id,name}`, or the same as a JSON array. Throws a #100 on braces that do not match.
 */
export function parseFieldSelection(text: string): FieldSelection[] {
  const source = text.trim().startsWith('[') ? joinArray(text) : text
  let at = 0
  const readList = (isNested: boolean): FieldSelection[] => {
    const list: FieldSelection[] = []
    for (;;) {
      const name = /^[^,{}]*/.exec(source.slice(at))?.[0] ?? ''
      at += name.length
      let fields: FieldSelection[] = []
      if (source[at] === '{') {
        at++
        fields = readList(true)
      }
      if (name.trim() !== '') list.push({ name: name.trim(), fields })
      const mark = source[at++]
      if (mark === ',') continue
      if ((mark === '}') !== isNested) throw invalidParameter('Syntax error in the fields parameter')
      return list
    }
  }
  return readList(false)
}

function joinArray(text: string): string {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list.map(String).join(',')
  } catch {
    // Said below, as for any other text that is no array.
  }
  throw invalidParameter('fields must be an array')
}
