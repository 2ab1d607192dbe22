/** Which of the ids in an answer are bare JSON numbers. */
export type BareIds = 'none' | 'half' | 'all'

/**
 * The JSON text of an answer. Ids are text in `value`; those chosen come out as bare numbers with all
 * their digits, which no JavaScript number could hold. With `half`, every other one.
 */
export function toJsonText(value: unknown, bareIds: BareIds): string {
  let seen = 0
  const isBare = () => bareIds === 'all' || (bareIds === 'half' && seen++ % 2 === 0)
  const write = (item: unknown, key: string): string | undefined => {
    if (typeof item === 'string' && isIdKey(key) && /^[1-9]\d*$/.test(item) && isBare()) return item
    if (Array.isArray(item)) return `[${item.map((each) => write(each, '') ?? 'null').join(',')}]`
    if (typeof item !== 'object' || item === null) return JSON.stringify(item)
    const members = Object.entries(item).flatMap(([name, each]) => {
      const text = write(each, name)
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
    })
    return `{${members.join(',')}}`
  }
  return bareIds === 'none' ? JSON.stringify(value) : (write(value, '') ?? 'null')
}

function isIdKey(key: string): boolean {
  return key === 'id' || key.endsWith('_id')
}
