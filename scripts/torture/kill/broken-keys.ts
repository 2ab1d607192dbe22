import type { Row, Session } from '../../../src/load/session.ts'
import { readBuilds } from './builds.ts'

/**
 * Foreign keys of the schema that rows violate, whatever the database believes of them; one of a partition counts
 * once. Those of the facts hold for facts that wait to become a partition, too.
 */
export async function findBrokenKeys(session: Session, schema: string): Promise<string[]> {
  const keys = await session.query(
    `SELECT k.conname AS name, c.relname AS child, p.relname AS parent,
            (SELECT json_agg(json_build_object('own', own.attname, 'theirs', theirs.attname))
               FROM unnest(k.conkey, k.confkey) AS pair (own, theirs)
               JOIN pg_attribute own ON own.attrelid = k.conrelid AND own.attnum = pair.own
               JOIN pg_attribute theirs ON theirs.attrelid = k.confrelid AND theirs.attnum = pair.theirs) AS columns
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
      WHERE k.contype = 'f' AND k.conparentid = 0
        AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
      ORDER BY c.relname, k.conname`,
    [schema],
  )
  const builds = await readBuilds(session, schema)
  const all = keys.flatMap((key) => [
    key,
    ...builds.filter(({ of }) => of === key.child).map(({ name }): Row => ({ ...key, child: name })),
  ])
  const broken: string[] = []
  for (const { name, child, parent, columns } of all) {
    const pairs = parsePairs(columns)
    const isGiven = pairs.map(({ own }) => `c."${own}" IS NOT NULL`).join(' AND ')
    const isSame = pairs.map(({ own, theirs }) => `p."${theirs}" = c."${own}"`).join(' AND ')
    const [found] = await session.query(
      `SELECT count(*) AS orphans FROM "${child}" c
        WHERE ${isGiven} AND NOT EXISTS (SELECT 1 FROM "${parent}" p WHERE ${isSame})`,
    )
    if (found?.orphans !== '0')
      broken.push(`${name}: ${found?.orphans} rows of ${child} without their ${parent}`)
  }
  return broken
}

interface Pair {
  readonly own: string
  readonly theirs: string
}

function parsePairs(value: unknown): Pair[] {
  return Array.isArray(value)
    ? value.map(({ own, theirs }) => ({ own: String(own), theirs: String(theirs) }))
    : []
}
