import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { thisProcess } from '../../src/cli/this-process.ts'

const MODULE = new URL('../../src/cli/this-process.ts', import.meta.url)

describe('a process', () => {
  it('knows itself from an earlier one that had its id', () => {
    const { pid, host, startedAt, isAlive } = thisProcess('fbads sync')
    expect(host).toBe(hostname())
    expect(isAlive(pid, startedAt)).toBe(true)
    expect(isAlive(pid, `${startedAt}0`)).toBe(false)
  })

  it('sees another one live, by its beginning where the system tells, and sees it dead', async () => {
    const { startedAt, isAlive } = thisProcess('fbads sync')
    const script = `import { thisProcess } from ${JSON.stringify(MODULE.href)}
      console.log(thisProcess('other').startedAt)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
    onTestFinished(() => void child.kill('SIGKILL'))
    const { pid = 0 } = child
    const [began] = await once(createInterface(child.stdout), 'line')
    expect(isAlive(pid, String(began))).toBe(true)
    expect(isAlive(pid, startedAt)).toBe(process.platform !== 'linux')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(pid, String(began))).toBe(false)
  })
})
