import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEPLOY } from './support/deploy-files.ts'
import { runTool } from './support/tools.ts'

/** The first that judges units of another folder. */
const OLDEST = 250
const version = Number(/^systemd (\d+)/.exec(runTool('systemd-analyze', ['--version']).said)?.[1] ?? 0)

describe.skipIf(version < OLDEST)('the units of systemd', () => {
  let folder: string
  let units: readonly string[]
  const analyze = (...args: readonly string[]) =>
    runTool('systemd-analyze', args, { SYSTEMD_UNIT_PATH: `${folder}:/lib/systemd/system` })

  /** With a Node.js that is there, and one worker of those that the template makes. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fbads-units-'))
    cpSync(join(DEPLOY, 'systemd'), folder, { recursive: true })
    cpSync(join(folder, 'fbads-worker@.service'), join(folder, 'fbads-worker@1.service'))
    const files = readdirSync(folder).filter((name) => /\.(?:service|timer)$/.test(name))
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8')
      writeFileSync(join(folder, name), text.replace('/opt/fbads/node_modules/.bin/node', process.execPath))
    }
    units = files.filter((name) => !name.includes('@.')).map((name) => join(folder, name))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are understood, to each line', () => {
    expect(units).toHaveLength(5)
    expect(analyze('verify', '--man=no', ...units)).toEqual({ status: 0, said: '' })
  })

  it('leave a service little that it could do harm with: 2.0 of 10, or less', () => {
    for (const unit of units.filter((name) => name.endsWith('.service'))) {
      const { status, said } = analyze('security', '--offline=true', '--no-pager', '--threshold=20', unit)
      expect([unit, status, status === 0 ? '' : said]).toEqual([unit, 0, ''])
    }
  })
})
