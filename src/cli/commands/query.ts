import { readOnlyQuery } from '../../load/read-only.ts'
import { type Context, openForReading, type WarehouseFlags } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { table } from '../render/table.ts'

/** One statement that reads, against the configured warehouse. */
export async function query(sql: string, flags: WarehouseFlags, context: Context): Promise<ExitStatus> {
  const warehouse = await openForReading(context, flags)
  try {
    const { columns, rows } = await readOnlyQuery(warehouse, sql)
    if (context.output.json) context.output.result(JSON.stringify(rows, null, 2))
    else
      context.output.result(
        table(
          columns,
          rows.map((row) => columns.map((column) => row[column])),
        ),
      )
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}
