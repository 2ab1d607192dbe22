import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeBlocks } from '../../scripts/docs/markdown.ts'
import { createProgram } from '../../src/cli/program.ts'
import { SETTING_NAMES, VARIABLES, variableOf } from '../../src/cli/settings.ts'
import { markdownFiles, ROOT } from './markdown-files.ts'

const pages = markdownFiles()
const configuration = pages.get('docs/configuration.md') ?? ''
const commands = createProgram('0', async () => {}).commands
const scripts: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts

/** What stands in code, in a block or within a sentence. */
const codeOf = (page: string) => [
  ...codeBlocks(page).map(({ text }) => text),
  ...[...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ''),
]

/** Every `fbads <command> …` of the pages, up to what a shell would end it with. */
const calls = [...pages.values()]
  .flatMap(codeOf)
  .flatMap((text) =>
    [...text.matchAll(/(?<![\w"/.@-])(?<!this )fbads ((?:-- )?[a-z]+(?:-[a-z]+)*(?: [^\n|;&`>]*)?)/g)].map(
      (match) => (match[1] ?? '').replace(/^-- /, ''),
    ),
  )

describe('docs/configuration.md', () => {
  it('has each setting with its environment variable', () => {
    const missing = SETTING_NAMES.flatMap((name) => [name, variableOf(name)]).filter(
      (name) => !configuration.includes(`\`${name}\``),
    )
    expect(missing).toEqual([])
  })

  it('has each environment variable', () => {
    expect(Object.keys(VARIABLES).filter((name) => !configuration.includes(`\`${name}\``))).toEqual([])
  })

  it('has each command with each of its flags', () => {
    for (const command of commands) {
      expect(configuration).toContain(`\n### fbads ${command.name()}\n`)
      const missing = command.options.filter((option) => !configuration.includes(`\`${option.flags}\``))
      expect(missing.map(({ flags }) => flags)).toEqual([])
    }
  })
})

describe('the pages', () => {
  it('call commands that exist, with flags that they have', () => {
    const wrong = calls.filter((call) => {
      const [name = '', ...words] = call.replace(/"[^"]*"|'[^']*'/g, 'x').split(' ')
      const command = commands.find((each) => each.name() === name)
      const flags = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
      return !command || flags.some((flag) => !command.options.some(({ long }) => long === flag))
    })
    expect(wrong).toEqual([])
    expect(calls.length).toBeGreaterThan(15)
  })

  it('show each command at work', () => {
    const shown = new Set(calls.map((call) => call.split(' ')[0]))
    expect(commands.map((command) => command.name()).filter((name) => !shown.has(name))).toEqual([])
  })

  it('run scripts of package.json that exist', () => {
    const named = [...pages.values()]
      .flatMap(codeOf)
      .flatMap((text) => [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? ''))
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
    expect(named).toContain('demo')
  })
})
