import type { EmbeddedFault } from './fault.ts'
import { SYNC } from './stage.ts'

/** What befalls the folder of the embedded warehouse through other processes. */
export const FOLDER_FAULTS: readonly EmbeddedFault[] = [
  {
    fault: 'the folder `.fbads/warehouse` is in use',
    when: 'at the start',
    async befall({ run }) {
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof run>>>()
      const first = await run(SYNC, { midway: () => run(SYNC).then(resolve, reject) })
      if (first.status !== 0) throw new Error(`The first sync has failed:\n${first.said}`)
      return promise
    },
    remedy: 'wait for the other process',
  },
  {
    fault: 'a killed process has left the folder locked',
    when: 'at the start',
    async befall({ run }) {
      const killed = await run(SYNC, {
        async midway(process) {
          process.kill('SIGKILL')
        },
      })
      if (killed.signal !== 'SIGKILL') throw new Error(`It was not killed:\n${killed.said}`)
      return run(SYNC)
    },
  },
]
