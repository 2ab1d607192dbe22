/** `id_integrity_ad` as people read it. */
export function words(name: string): string {
  return name.replaceAll('_', ' ')
}
