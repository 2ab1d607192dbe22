import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Who may import whom: a layer, and the layers that it may name. */
const ALLOWED = {
  model: [],
  extract: ['model'],
  transform: ['model'],
  load: ['model'],
  quality: ['model'],
  pipeline: ['extract', 'transform', 'load', 'quality', 'model'],
  worker: ['pipeline', 'extract', 'load', 'quality', 'model'],
  observe: ['pipeline', 'extract', 'load', 'model'],
  simulator: ['model'],
  capacity: ['pipeline', 'extract', 'simulator', 'model'],
  charts: ['model'],
  dashboard: ['load', 'charts', 'model'],
  cli: [
    'worker',
    'pipeline',
    'extract',
    'transform',
    'load',
    'quality',
    'capacity',
    'observe',
    'simulator',
    'charts',
    'dashboard',
    'model',
  ],
} as const satisfies Record<string, readonly string[]>

/** Modules of Node by which a layer would do IO or see the process. */
const PURE = ['model', 'transform', 'capacity', 'charts']
const SOURCE = resolve(import.meta.dirname, '../src')

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

function layerOf(file: string): string {
  return file.split('/')[0] ?? ''
}

describe('the layers', () => {
  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(10)
  })

  it('imports only downwards', () => {
    const wrong = files.flatMap((file) => {
      const layer = layerOf(file)
      const allowed: readonly string[] = ALLOWED[layer as keyof typeof ALLOWED] ?? []
      return importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => layerOf(relative(SOURCE, join(SOURCE, dirname(file), name))))
        .filter((target) => target !== layer && !allowed.includes(target))
        .map((target) => `${file} imports ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('leaves the pure layers without IO', () => {
    const wrong = files
      .filter((file) => PURE.includes(layerOf(file)))
      .flatMap((file) => importsOf(file).map((name) => `${file} imports ${name}`))
      .filter((line) => / imports node:/.test(line))
    expect(wrong).toEqual([])
  })

  it('lets only the command line print, read the environment or make a clock', () => {
    const wrong = files
      .filter((file) => layerOf(file) !== 'cli')
      .filter((file) =>
        /\bprocess\.(env|stdout|stderr|argv)\b|\bconsole\.|\bDate\.now\(|\bMath\.random\(|new Date\(\)/.test(
          readFileSync(join(SOURCE, file), 'utf8'),
        ),
      )
    expect(wrong).toEqual([])
  })
})
