/** JSON.parse of the bodies in a file, one a line, in a process of its own: prints the ms that it took. */
import { readFileSync } from 'node:fs'

const [file = ''] = process.argv.slice(2)
const whole = readFileSync(file)
let ms = 0
for (let start = 0; start < whole.length; ) {
  const end = whole.indexOf(10, start)
  const body = whole.subarray(start, end)
  const began = performance.now()
  JSON.parse(body.toString('utf8'))
  ms += performance.now() - began
  start = end + 1
}
process.stdout.write(String(ms))
