/** What can be listed, each with its facts added up. */
export const OBJECT_LEVELS = ['campaign', 'adset', 'ad'] as const
export type ObjectLevel = (typeof OBJECT_LEVELS)[number]

export function toObjectLevel(text: string | null): ObjectLevel {
  return OBJECT_LEVELS.find((level) => level === text) ?? 'campaign'
}
