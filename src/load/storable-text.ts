const REPLACEMENT = '\ufffd'

/** The text with what PostgreSQL cannot hold, U+0000 and lone surrogates, replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT)
}

/** JSON that `jsonb` accepts, with the same replacement in keys and values; `undefined` is null. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null'
  // JSON.stringify writes U+0000 and lone surrogates as escapes, and only those two as \u0000 and \ud…
  return json.replace(/\\(?:u0000|ud[89a-f]..|.)/g, (sequence) =>
    sequence.length > 2 ? '\\ufffd' : sequence,
  )
}
