import type { Warehouse } from '../../src/load/session.ts'
import { code, markdownTable } from './markdown.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly isKey: boolean
  readonly meaning: string
}

interface Table {
  readonly name: string
  readonly meaning: string
  readonly columns: readonly Column[]
}

interface ForeignKey {
  readonly table: string
  readonly column: string
  readonly target: string
}

/** The groups in which people look for a table; the first that fits. */
const GROUPS = {
  facts: /^fact_/,
  history: /^dim_.*_history$/,
  dimensions: /^dim_/,
  state: /^etl_/,
  views: /^v_/,
} as const

/** The drawings and tables of `docs/data-model.md`, read from a migrated warehouse and the comments in it. */
export async function schemaBlocks(warehouse: Warehouse): Promise<Record<string, string>> {
  const tables = await readTables(warehouse)
  const foreignKeys = await readForeignKeys(warehouse)
  const groups = Object.entries(GROUPS).map(([group]) => [group, toSections(tablesOf(tables, group))])
  const drawn = (...names: readonly string[]) => names.flatMap((group) => tablesOf(tables, group))
  return {
    ...Object.fromEntries(groups),
    'er-facts': toDiagram(drawn('facts', 'dimensions'), foreignKeys),
    'er-state': toDiagram(drawn('history', 'state'), foreignKeys),
  }
}

function tablesOf(tables: readonly Table[], group: string): Table[] {
  return tables.filter(
    ({ name }) => Object.entries(GROUPS).find(([, names]) => names.test(name))?.[0] === group,
  )
}

async function readTables(warehouse: Warehouse): Promise<Table[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS meaning,
              json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                'isKey', coalesce(a.attnum = ANY(k.conkey), false), 'meaning', coalesce(col_description(c.oid, a.attnum), ''))
                ORDER BY a.attnum) AS columns
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
          AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
        GROUP BY c.oid, c.relname, c.relkind ORDER BY c.oid`,
      [warehouse.schema],
    ),
  )
  return rows.map((row) => ({
    name: String(row.name),
    meaning: String(row.meaning),
    columns: parseColumns(row.columns),
  }))
}

function parseColumns(json: unknown): Column[] {
  if (!Array.isArray(json)) throw new TypeError('the columns are no list')
  return json as Column[]
}

async function readForeignKeys(warehouse: Warehouse): Promise<ForeignKey[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT c.relname AS "table", a.attname AS "column", t.relname AS target
         FROM pg_constraint k
         JOIN pg_class c ON c.oid = k.conrelid
         JOIN pg_class t ON t.oid = k.confrelid
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ALL (k.conkey)
        WHERE k.contype = 'f' AND k.conparentid = 0
          AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        ORDER BY t.oid, c.oid, a.attnum`,
      [warehouse.schema],
    ),
  )
  return rows.map(({ table, column, target }) => ({
    table: String(table),
    column: String(column),
    target: String(target),
  }))
}

/** A Mermaid drawing: the keys of each table, and every foreign key as an arrow. */
function toDiagram(tables: readonly Table[], foreignKeys: readonly ForeignKey[]): string {
  const names = new Set(tables.map(({ name }) => name))
  const arrows = foreignKeys.filter(({ table }) => names.has(table))
  const entities = tables.map(({ name, columns }) => {
    const lines = columns.flatMap((column) => {
      const isForeign = arrows.some((arrow) => arrow.table === name && arrow.column === column.name)
      const marks = [...(column.isKey ? ['PK'] : []), ...(isForeign ? ['FK'] : [])]
      return marks.length === 0 ? [] : [`    ${mermaidType(column.type)} ${column.name} ${marks.join(', ')}`]
    })
    return [`  ${name} {`, ...lines, '  }'].join('\n')
  })
  const relations = arrows.map(({ table, column, target }) => `  ${target} ||--o{ ${table} : ${column}`)
  return ['```mermaid', 'erDiagram', ...relations, ...entities, '```'].join('\n')
}

/** `timestamp with time zone` has spaces, which a drawing's type may not. */
function mermaidType(type: string): string {
  return shortType(type).replaceAll(' ', '_')
}

function shortType(type: string): string {
  return type === 'timestamp with time zone' ? 'timestamptz' : type
}

function toSections(tables: readonly Table[]): string {
  return tables
    .map((table) => {
      const keys = table.columns.filter(({ isKey }) => isKey).map(({ name }) => code(name))
      const rows = table.columns.map(({ name, type, meaning }) => [code(name), shortType(type), meaning])
      return [
        `### ${table.name}`,
        `${table.meaning.replace(/[^.]$/, '$&.')}${keys.length > 0 ? ` Primary key: ${keys.join(', ')}.` : ''}`,
        markdownTable(['column', 'type', 'meaning'], rows),
      ].join('\n\n')
    })
    .join('\n\n')
}
