import type { Warehouse } from '../../src/load/session.ts'

/** Every row of every table of the warehouse as text, in one order. */
export async function dumpWarehouse(
  warehouse: Warehouse,
  leaveOut: readonly string[] = [],
): Promise<string[]> {
  const read = (sql: string, params?: readonly unknown[]) =>
    warehouse.use((session) => session.query(sql, params))
  const tables = await read(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = $1 AND table_type = 'BASE TABLE' ORDER BY 1`,
    [warehouse.schema],
  )
  const lines: string[] = []
  for (const { name } of tables.filter((table) => !leaveOut.includes(String(table.name)))) {
    const rows = await read(`SELECT row_to_json(t)::text AS line FROM "${name}" t ORDER BY 1`)
    lines.push(...rows.map(({ line }) => `${name} ${line}`))
  }
  return lines
}
