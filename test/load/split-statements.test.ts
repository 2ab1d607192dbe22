import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMigrations } from '../../src/load/migrations.ts'
import { splitStatements } from '../../src/load/split-statements.ts'

/** Statements, each with a semicolon where PostgreSQL does not see one. */
const TRICKY = [
  "SELECT 'a;b''c;'",
  "SELECT E'a\\';b'",
  "SELECT 'a\\', b",
  'SELECT "a;""b"',
  'SELECT $$a;b$$',
  "SELECT $tag$a;$$;'$tag$",
  'SELECT /* a; /* b; */ c; */ 1',
  'SELECT 1 -- a; b\n + 2',
  'DO $$ BEGIN PERFORM 1; END; $$',
  'SELECT $1, a$b$c',
  "SELECT type'x;y'",
]

describe('the statements of an SQL file', () => {
  it('are cut at semicolons that are no part of a text, a name, a body or a comment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TRICKY)),
        fc.constantFrom(';', ' ;\n', ';;\n-- and; so on\n;'),
        (list, end) => {
          expect(splitStatements(list.map((statement) => statement + end).join(''))).toHaveLength(list.length)
        },
      ),
    )
    expect(splitStatements(TRICKY.join(';\n'))).toEqual(TRICKY)
  })

  it('are none in a file of comments', () => {
    expect(splitStatements('-- a;\n/* b; */ ;; ')).toEqual([])
  })

  it('are many in the migrations, whose numbers have no gap', async () => {
    const migrations = await readMigrations()
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, i) => i + 1))
    expect(migrations.flatMap((migration) => migration.statements).length).toBeGreaterThan(50)
  })
})
