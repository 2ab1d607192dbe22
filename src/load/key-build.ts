import type { FactTableName } from '../model/fact.ts'
import { buildName, type FactMonth, partitionName } from './fact-months.ts'
import { findRelations } from './find-relations.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session } from './session.ts'

/**
 * Gives a build the primary key and the indexes of its facts, by which it is attached without making them. They are
 * half of what there is to do then, and need no lock but the build's own, while to attach it locks the dimensions, for
 * which all loads wait. Nothing where the month has a partition, which the rows are added to one by one. What is not
 * made here, since its name is taken or it is of another kind, is made when the build is attached.
 */
export async function keyBuild(session: Session, table: FactTableName, month: FactMonth): Promise<void> {
  const build = buildName(table, month.number)
  const there = await findRelations(session, [build, partitionName(table, month.number)])
  if (!there.has(build) || there.size > 1) return
  const indexes = await readIndexes(session, table, build)
  const taken = await findRelations(session, [...indexes.keys()])
  for (const [name, { isKey, columns }] of indexes) {
    if (taken.has(name)) continue
    await session.query(
      isKey
        ? `ALTER TABLE ${quoteIdentifier(build)} ADD CONSTRAINT ${quoteIdentifier(name)} PRIMARY KEY (${columns})`
        : `CREATE INDEX ${quoteIdentifier(name)} ON ${quoteIdentifier(build)} (${columns})`,
    )
  }
}

interface Index {
  readonly isKey: boolean
  /** In their order, as SQL has them. */
  readonly columns: string
}

/** The key and the plain indexes of `table`, by the names that those of its build get. */
async function readIndexes(
  session: Session,
  table: FactTableName,
  build: string,
): Promise<ReadonlyMap<string, Index>> {
  const rows = await session.query(
    `SELECT i.indisprimary AS is_key,
            (SELECT json_agg(a.attname ORDER BY k.place)
               FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS columns
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
      WHERE i.indrelid = $1::regclass AND m.amname = 'btree' AND i.indexprs IS NULL AND i.indpred IS NULL
        AND i.indisunique = i.indisprimary
      ORDER BY i.indisprimary DESC`,
    [table],
  )
  return new Map(
    rows.map(({ is_key: key, columns }) => {
      const names = Array.isArray(columns) ? columns.map(String) : []
      const isKey = key === true
      const name = isKey ? `${build}_pkey` : `${build}_${names.join('_')}_idx`
      return [name, { isKey, columns: names.map(quoteIdentifier).join(', ') }]
    }),
  )
}
