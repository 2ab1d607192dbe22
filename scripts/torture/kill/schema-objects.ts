import type { Session } from '../../../src/load/session.ts'

/** A table, column, index, constraint, sequence, view, type, function or trigger of a schema. */
export interface SchemaObject {
  /** What it is, its name and its definition, without the schema's name. */
  readonly text: string
  /** Partitions come with the days that are loaded; all else is there from the beginning. */
  readonly ofPartition: boolean
  /** False for an index or a constraint that does not hold for every row. */
  readonly valid: boolean
}

const OBJECTS = `
  WITH relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relpartbound, c.reltype,
           c.relispartition OR EXISTS (SELECT 1 FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                                        WHERE i.indexrelid = c.oid AND t.relispartition) AS of_partition
      FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  )
  SELECT concat_ws(' ', 'relation', relname, relkind::text, pg_get_expr(relpartbound, oid)) AS text,
         of_partition, true AS valid
    FROM relation
  UNION ALL
  SELECT concat_ws(' ', 'column', r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid)),
         r.of_partition, true
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE r.relkind IN ('r', 'p')
  UNION ALL
  SELECT concat_ws(' ', 'index', r.relname, pg_get_indexdef(i.indexrelid)), r.of_partition,
         i.indisvalid AND i.indisready AND i.indislive
    FROM relation r JOIN pg_index i ON i.indexrelid = r.oid
  UNION ALL
  SELECT concat_ws(' ', 'constraint', r.relname, c.conname, pg_get_constraintdef(c.oid)), r.of_partition,
         c.convalidated
    FROM relation r JOIN pg_constraint c ON c.conrelid = r.oid
  UNION ALL
  SELECT concat_ws(' ', 'trigger', r.relname, t.tgname), r.of_partition, true
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT concat_ws(' ', 'type', t.typname), false, true
    FROM pg_type t
   WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.typcategory <> 'A'
     AND NOT EXISTS (SELECT 1 FROM relation r WHERE r.reltype = t.oid AND r.relkind <> 'c')
  UNION ALL
  SELECT concat_ws(' ', 'function', p.proname, pg_get_function_identity_arguments(p.oid)), false, true
    FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  ORDER BY 1`

/** Everything that is in the schema; nothing when there is no such schema. */
export async function readSchemaObjects(session: Session, schema: string): Promise<SchemaObject[]> {
  const rows = await session.query(OBJECTS, [schema])
  return rows.map(({ text, of_partition, valid }) => ({
    text: String(text).replaceAll(`${schema}.`, ''),
    ofPartition: of_partition === true,
    valid: valid === true,
  }))
}
