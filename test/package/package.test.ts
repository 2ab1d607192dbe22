import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const ROOT = resolve(import.meta.dirname, '../..')
const NOT_COPIED = ['node_modules', '.git', '.fbads', 'dist', 'coverage']

const Manifest = z.object({
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.string()),
})
const Packed = z.object({ size: z.int(), files: z.array(z.object({ path: z.string() })) })

const manifest = Manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.replaceAll(sep, '/'))

/** `p-limit` of `p-limit`, `@hono/node-server` of `@hono/node-server/serve-static`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Packed in a copy: what others do with this checkout at the same time is not disturbed. */
function pack(folder: string): z.infer<typeof Packed> {
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !NOT_COPIED.includes(relative(ROOT, path)),
  })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const args = ['pack', '--json', '--foreground-scripts=false', '--update-notifier=false']
  const out = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [packed] = z.array(Packed).parse(JSON.parse(out))
  if (packed === undefined) throw new Error(`npm packed nothing: ${out}`)
  return packed
}

describe('the package', () => {
  let folder: string
  let size: number
  let files: readonly string[]

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fbads-pack-'))
    const packed = pack(folder)
    size = packed.size
    files = packed.files.map(({ path }) => path)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('holds the compiled program, its SQL and its documents, and nothing else', () => {
    const expected =
      /^(?:bin\/fbads\.js|dist\/.+\.(?:js|d\.ts)|dist\/web\/.+\.(?:html|css|svg)|assets\/[\w.]+|sql\/\d{4}_\w+\.sql|sql\/columns\.json|docs\/[\w-]+\.md|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/
    expect(files.filter((file) => !expected.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']))
  })

  it('holds every module with its types', () => {
    const modules = sources.map((file) => `dist/${file.slice(0, -'.ts'.length)}`)
    expect(files.filter((file) => /^dist\/(?!web\/)/.test(file)).sort()).toEqual(
      modules.flatMap((module) => [`${module}.d.ts`, `${module}.js`]).sort(),
    )
  })

  it('holds every migration', () => {
    const migrations = readdirSync(join(ROOT, 'sql')).filter((file) => /^\d{4}_/.test(file))
    expect(migrations).not.toEqual([])
    expect(files).toEqual(expect.arrayContaining(migrations.map((file) => `sql/${file}`)))
  })

  it('has a file for each command and each export', () => {
    const named = [...Object.values(manifest.bin), ...Object.values(manifest.exports)]
    expect(files).toEqual(expect.arrayContaining(named.map((file) => file.replace(/^\.\//, ''))))
  })

  it('holds the pages of the dashboard, and what pictures and editors need', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/web/index.html',
        'assets/DejaVuSans.ttf',
        'assets/fbads.config.schema.json',
      ]),
    )
  })

  it('has pages whose JavaScript is below 200 kB compressed', () => {
    const scripts = files.filter((file) => /^dist\/web\/.*\.js$/.test(file))
    const bytes = scripts.map((file) => gzipSync(readFileSync(join(folder, file))).length)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000)
  })

  it('is below 1.2 MB, half of it the font of the pictures', () => {
    expect(size).toBeLessThan(1_200_000)
  })

  it('depends on the packages that it imports, and on no other', () => {
    const imported = sources.flatMap((file) => {
      const text = readFileSync(join(ROOT, 'src', file), 'utf8')
      return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^'.][^']*)'/g)].map((match) => match[1] ?? '')
    })
    const packages = imported.filter((name) => !isBuiltin(name)).map(packageOf)
    expect([...new Set(packages)].sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).sort(),
    )
  })
})
