/** Thrown for a source row that cannot be understood; its message is the reason that `etl_reject` keeps. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord'
}

/** A value as the API sent it, short enough for a reason. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
