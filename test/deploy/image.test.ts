import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { ROOT, readDeployed } from './support/deploy-files.ts'

const dockerfile = readDeployed('Dockerfile')
const instructions = dockerfile
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))

/** What `.dockerignore` lets into the build, at the top of the checkout. */
const letIn = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

describe('the image', () => {
  it('has nothing that dockerfile-utils objects to', () => {
    expect(validate(dockerfile)).toEqual([])
  })

  it.each([
    ['--from=build', '--form=build', 'Unknown flag: form'],
    ['--interval=30s', '--interval=30', 'missing unit in duration'],
    ['ENTRYPOINT', 'ENTRYPOIN', 'Unknown instruction: ENTRYPOIN'],
    ['ARG NODE_IMAGE', 'ARG NODE', 'should not be blank'],
    ['WORKDIR /etc', 'WORKDIR etc', 'should be absolute'],
  ])('would have with %j as %j', (right, wrong, objection) => {
    const objections = validate(dockerfile.replace(right, wrong)).map(({ message }) => message)
    expect(objections.join('\n')).toContain(objection)
  })

  it('copies from stages that it has', () => {
    const stages = instructions.flatMap((line) => / AS (\S+)$/.exec(line)?.[1] ?? [])
    const copiedFrom = instructions.flatMap((line) => / --from=(\S+) /.exec(line)?.[1] ?? [])
    expect(copiedFrom.toSorted()).toEqual(stages.toSorted())
  })

  it('is built from what it needs and from nothing else: no .env, no history, nothing installed here', () => {
    expect(letIn[0]).toBe('*')
    const names = letIn.slice(1).map((line) => line.replace(/^!/, ''))
    expect(letIn.slice(1).every((line) => line.startsWith('!'))).toBe(true)
    const missing = names.filter((name) => !name.includes('*') && !existsSync(join(ROOT, name)))
    expect(missing).toEqual([])
    expect(names).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^\.(?!npmrc)|node_modules|^dist/)]),
    )
    const copied = instructions
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .filter((name) => name !== '.')
    expect(copied.filter((name) => !names.includes(name))).toEqual([])
    expect(copied).toContain('package-lock.json')
  })

  it('runs as a user by number who is not root, and tells its health', () => {
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')))
    expect(last).toEqual(expect.arrayContaining([expect.stringMatching(/^USER [1-9]\d*:[1-9]\d*$/)]))
    expect(last.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true)
  })

  it('holds no secret: none is copied, set or asked for', () => {
    expect(instructions.filter((line) => /TOKEN|SECRET|PASSWORD|DATABASE_URL|\.env/i.test(line))).toEqual([])
  })

  it('has a Node.js that fbads runs on', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const [, least] = /^>=(\d+)\./.exec(engines.node) ?? []
    const [, major] = /^ARG NODE_IMAGE=node:(\d+)-/.exec(instructions[0] ?? '') ?? []
    expect(Number(major)).toBeGreaterThan(Number(least))
  })
})
