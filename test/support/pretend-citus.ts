import type { Warehouse } from '../../src/load/session.ts'

/**
 * Makes a server look like one with Citus to who asks its catalog: it notes what is to be distributed, and leaves all
 * rows where they are. Needs a superuser, and a server that nobody else uses.
 */
export async function pretendCitus(warehouse: Warehouse): Promise<void> {
  const statements = [
    'SET allow_system_table_mods = on',
    "INSERT INTO pg_extension SELECT 999999, 'citus', extowner, extnamespace, true, '13.2-1', NULL, NULL FROM pg_extension LIMIT 1",
    'RESET allow_system_table_mods',
    'CREATE TABLE pg_dist_node (nodename text, isactive boolean, shouldhaveshards boolean, noderole text)',
    'CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod text, repmodel text, beside text)',
    // Tables that are tied to it by foreign keys are converted, too: to tables that stay on the coordinator.
    `CREATE FUNCTION create_reference_table(regclass) RETURNS void LANGUAGE sql AS
       $$ INSERT INTO pg_dist_partition SELECT conrelid, 'n', 's', NULL FROM pg_constraint WHERE confrelid = $1
          ON CONFLICT DO NOTHING;
          INSERT INTO pg_dist_partition VALUES ($1, 'n', 't', NULL)
          ON CONFLICT (logicalrelid) DO UPDATE SET repmodel = 't' $$`,
    `CREATE FUNCTION create_distributed_table(regclass, text, colocate_with text DEFAULT NULL) RETURNS void LANGUAGE sql AS
       $$ INSERT INTO pg_dist_partition
          SELECT relid, 'h', 's', coalesce($3, $2) FROM pg_partition_tree($1) UNION SELECT $1, 'h', 's', coalesce($3, $2)
          ON CONFLICT (logicalrelid) DO UPDATE SET partmethod = 'h', beside = excluded.beside $$`,
  ]
  await warehouse.use(async (session) => {
    for (const statement of statements) await session.query(statement)
  })
}
