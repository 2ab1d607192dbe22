import { startFbads } from '../fbads-process.ts'
import { type Contents, readContents } from '../kill/contents.ts'
import { createServedPlace, withPlace } from '../place.ts'
import { serveCounted } from './counted-simulator.ts'
import { fleetSettings } from './fleet-run.ts'
import type { FleetWorld } from './fleet-world.ts'

/** What one sync in one process makes of the world, from an API that answers at once and where nothing goes wrong. */
export function syncInOneProcess(databaseUrl: string, { world, days }: FleetWorld): Promise<Contents> {
  return withPlace(
    () => createServedPlace(databaseUrl, `one_process_${process.pid}`),
    async (place) => {
      const simulator = serveCounted({ world })
      try {
        const { ended } = startFbads(['sync', ...days], {
          folder: place.folder,
          environment: { ...fleetSettings(await simulator.listen('sync')), ...place.environment },
        })
        const { status, said } = await ended
        const contents = await place.look(readContents)
        if (status !== 0 || contents === null)
          throw new Error(`A sync in one process has ended with ${status}:\n${said}`)
        return contents
      } finally {
        simulator.close()
      }
    },
  )
}
