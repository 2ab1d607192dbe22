import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import {
  composeServices,
  deployedFiles,
  manifests,
  ROOT,
  readDeployed,
  templateOf,
} from './support/deploy-files.ts'

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** How the files call `fbads`: where, and with which words. */
function calls(): { where: string; words: readonly string[] }[] {
  const image = /^CMD (\[.*\])$/m.exec(readDeployed('Dockerfile'))?.[1] ?? '[]'
  const compose = Object.entries(composeServices()).filter(([name]) => name !== 'postgres')
  return [
    { where: 'Dockerfile', words: JSON.parse(image) },
    ...compose.map(([where, { command }]) => ({ where, words: command })),
    ...manifests().flatMap((manifest) =>
      (templateOf(manifest)?.spec.containers ?? []).map(({ args }) => ({
        where: manifest.file,
        words: args,
      })),
    ),
    ...deployedFiles()
      .filter((file) => file.endsWith('.service'))
      .map((where) => {
        const started = /^ExecStart=\S+ \/opt\/fbads\/bin\/fbads\.js (.*)$/m.exec(readDeployed(where))
        return { where, words: (started?.[1] ?? '').replace('%i', '1').split(' ') }
      }),
  ]
}

it('the files call commands that exist, with flags that they have', async () => {
  const wrong: string[] = []
  for (const { where, words } of calls()) {
    const said: string[] = []
    const writeErr = (text: string) => said.push(text)
    const program = createProgram('0', async () => {}, { writeOut: writeErr, writeErr })
    await program.parseAsync(words, { from: 'user' }).catch((error: Error) => said.push(error.message))
    if (said.length > 0) wrong.push(`${where}: fbads ${words.join(' ')}: ${said.join('')}`)
  }
  expect(wrong).toEqual([])
  expect(calls().length).toBe(14)
})

it('the files name the image by the version that is built', () => {
  const named = deployedFiles().flatMap((file) =>
    [...readDeployed(file).matchAll(/\bfbads:(\d[\w.-]*)/g)].map((match) => ({ file, tag: match[1] })),
  )
  expect(named.filter(({ tag }) => tag !== version)).toEqual([])
  expect(named.length).toBeGreaterThan(5)
})
