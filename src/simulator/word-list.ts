/** The words of a text that is laid out to be read. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
