import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCuttingProxy } from './cutting-proxy.ts'
import type { ServedFault } from './fault.ts'
import { lockTable } from './locked-table.ts'
import type { ServedStage } from './served-stage.ts'
import { SYNC } from './stage.ts'
import { handledLater } from './until.ts'

const HOUR_MS = 3_600_000

/** How a signal ends a sync in its midst. */
const signalled = (fault: string, signal: NodeJS.Signals): ServedFault => ({
  fault,
  when: 'in mid-sync',
  befall: ({ run }) =>
    run(SYNC, {
      async midway(process) {
        process.kill(signal)
      },
    }),
})

/** A sync's clock that jumps when it is midway, and what else happens then. */
function jumping({ place }: ServedStage, jumpMs: number) {
  const file = join(place.folder, 'clock-has-jumped')
  return {
    environment: { TORTURE_JUMP_MS: String(jumpMs), TORTURE_JUMP_FILE: file },
    jump: () => writeFile(file, ''),
  }
}

/** What befalls the process of a sync, or its machine. */
export const PROCESS_FAULTS: readonly ServedFault[] = [
  signalled('SIGKILL, as for want of memory', 'SIGKILL'),
  signalled('SIGTERM', 'SIGTERM'),
  signalled('Ctrl-C', 'SIGINT'),
  {
    fault: 'Ctrl-C twice',
    when: 'while the database does not answer',
    async befall(stage) {
      let pressed = Promise.resolve()
      const ended = await stage.run(SYNC, {
        async midway(process) {
          const table = await lockTable(stage, 'etl_built_slice')
          const press = async (): Promise<void> => {
            await table.isAwaited()
            process.kill('SIGINT')
            // Two that come together are one.
            await sleep(300)
            process.kill('SIGINT')
            await process.ended
            await table.release()
          }
          pressed = press()
          handledLater(pressed)
        },
      })
      await pressed
      return ended
    },
  },
  {
    fault: 'the clock is set back an hour',
    when: 'in mid-sync',
    befall(stage) {
      const { environment, jump } = jumping(stage, -HOUR_MS)
      return stage.run(SYNC, { environment, midway: jump })
    },
  },
  {
    fault: 'the machine sleeps for an hour, and its connections end',
    when: 'in mid-sync',
    async befall(stage) {
      const { environment, jump } = jumping(stage, HOUR_MS)
      const url = stage.addressOf('fbads')
      const proxy = await startCuttingProxy(Number(url.port))
      url.port = String(proxy.port)
      try {
        return await stage.run(SYNC, {
          environment: { ...environment, DATABASE_URL: url.href },
          async midway(process) {
            const table = await lockTable(stage, 'etl_built_slice')
            await table.isAwaited()
            process.kill('SIGSTOP')
            proxy.cut()
            stage.dropClients()
            await jump()
            await table.release()
            await sleep(500)
            process.kill('SIGCONT')
          },
        })
      } finally {
        await proxy.close()
      }
    },
  },
  {
    fault: 'the machine sleeps for an hour, and its connections stay',
    when: 'in mid-sync',
    befall(stage) {
      const { environment, jump } = jumping(stage, HOUR_MS)
      return stage.run(SYNC, {
        environment,
        async midway(process) {
          process.kill('SIGSTOP')
          await jump()
          await sleep(500)
          process.kill('SIGCONT')
        },
      })
    },
  },
]
