/** A path that begins anew after each gap. */
export function pathOf(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let isDown = false
  return values
    .map((value, i) => {
      if (value === null) {
        isDown = false
        return ''
      }
      const command = isDown ? 'L' : 'M'
      isDown = true
      return `${command}${round(x(i))} ${round(y(value))}`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
