import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OwnServer, startOwnPostgres } from '../../../test/support/start-postgres.ts'

/** A server of one's own that other hosts reach at `address`. */
export async function servePostgresTo(address: string): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-hba-'))
  const rules = join(folder, 'pg_hba.conf')
  await writeFile(rules, 'host all all all scram-sha-256\n')
  // The server is another user than root.
  await chmod(folder, 0o755)
  const server = await startOwnPostgres([`listen_addresses=127.0.0.1,${address}`, `hba_file=${rules}`])
  const url = new URL(server.url)
  url.hostname = address
  return {
    ...server,
    url: url.href,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
