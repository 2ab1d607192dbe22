/** `fbads` as the package has it: compiled. */
import { built } from './built.ts'

const { main } = await built<typeof import('../src/cli/main.ts')>('cli/main')
await main(process.argv)
