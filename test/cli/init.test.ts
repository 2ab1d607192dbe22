import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { type InitFlags, init } from '../../src/cli/commands/init.ts'
import { readVariables } from '../../src/cli/config.ts'
import { Interrupted } from '../../src/cli/exit-status.ts'
import { setVariables } from '../../src/cli/init/env-file.ts'
import type { Choice, Prompter } from '../../src/cli/init/prompter.ts'
import { createOutput } from '../../src/cli/output.ts'
import { UsageError } from '../../src/cli/usage-error.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { TOKEN, unaborted } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine } from '../support/command-line.ts'
import { propertyOptions } from '../support/property-options.ts'
import { NOW } from '../support/test-sync.ts'

const NOBODY = {
  FACEBOOK_ACCESS_TOKEN: undefined,
  FACEBOOK_APP_SECRET: undefined,
  FACEBOOK_AD_ACCOUNT_ID: undefined,
}

function createApi() {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 2, nowMs: NOW, ads: 3, days: 3, accounts: 2 })
  const simulator = createSimulator({ world, clock, accessToken: TOKEN })
  const fetch = (input: string | URL, init?: RequestInit) => simulator.fetch(input, init)
  return { clock, world, simulator, fetch }
}

async function withoutTerminal(stdin = `${TOKEN}\n`) {
  const { clock, world, simulator, fetch } = createApi()
  const fbads = await createCommandLine({ fetch, clock, stdin, environment: NOBODY })
  return { fbads, world, simulator, file: join(fbads.folder, '.env') }
}

describe('fbads init without a terminal', () => {
  it('writes what it is given, after having tried it, so that only its owner can read it', async () => {
    const { fbads, world, file } = await withoutTerminal(`${TOKEN}\nan-app-secret\n`)
    const ids = world.accounts.map(({ id }) => id)
    const ended = await fbads.run(
      'init',
      '--token-stdin',
      '--account',
      ids[0] ?? '',
      '--account',
      `act_${ids[1]}`,
      '--database',
      'embedded',
      '--config',
    )
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(readVariables(fbads.folder, {})).toEqual({
      FACEBOOK_ACCESS_TOKEN: TOKEN,
      FACEBOOK_APP_SECRET: 'an-app-secret',
      FACEBOOK_AD_ACCOUNT_ID: ids.map((id) => `act_${id}`).join(','),
    })
    expect(ended.stdout).not.toContain(TOKEN)
    expect(ended.stdout).not.toContain('an-app-secret')
    const config = JSON.parse(await readFile(join(fbads.folder, 'fbads.config.json'), 'utf8'))
    expect(config.$schema).toMatch(/fbads\.config\.schema\.json$/)
    // The settings file that it makes is one that it reads.
    expect(await fbads.run('sync', '--dry-run')).toMatchObject({ status: 0 })
  })

  it('keeps what else is in .env, and touches it only when it may', async () => {
    const { fbads, file } = await withoutTerminal()
    await writeFile(file, '# ours\nOTHER="a b"\nexport FACEBOOK_AD_ACCOUNT_ID=act_1\nFBADS_MAX_WORKERS=3\n', {
      mode: 0o644,
    })
    const refused = await fbads.run('init', '--token-stdin', '--account', 'all', '--database', 'embedded')
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('--force') })
    const done = await fbads.run(
      'init',
      '--token-stdin',
      '--account',
      'all',
      '--database',
      'embedded',
      '--force',
    )
    expect(done.status).toBe(0)
    expect(await readFile(file, 'utf8')).toBe(
      `# ours\nOTHER="a b"\nFACEBOOK_AD_ACCOUNT_ID=all\nFBADS_MAX_WORKERS=3\nFACEBOOK_ACCESS_TOKEN=${TOKEN}\n`,
    )
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a token that is none', 'nonsense\n', ['--account', 'all'], 5, /190|token/i],
    ['no token at all', '\n', ['--account', 'all'], 2, /There is no token/],
    ['an account that is none', `${TOKEN}\n`, ['--account', 'x1'], 2, /"x1" is not an ad account id/],
    ['an account that the token does not reach', `${TOKEN}\n`, ['--account', '99999'], 5, /act_99999/],
    ['no account', `${TOKEN}\n`, [], 2, /--account act_/],
    [
      'a database that is none',
      `${TOKEN}\n`,
      ['--account', 'all', '--database', 'mysql://x'],
      2,
      /begins with postgres:\/\//,
    ],
    [
      'a database that is not there',
      `${TOKEN}\n`,
      ['--account', 'all', '--database', 'postgres://u:geheim@127.0.0.1:1/x'],
      1,
      /127\.0\.0\.1:1/,
    ],
  ] as const)('%s is told, and nothing is written', async (_, stdin, args, status, message) => {
    const { fbads, file } = await withoutTerminal(stdin)
    const ended = await fbads.run('init', '--token-stdin', ...args)
    expect(ended.status, ended.stderr).toBe(status)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toContain('geheim')
    expect(ended.stderr).not.toContain(TOKEN)
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  it('a token without ads_read is told, also when no account is named, and nothing is written', async () => {
    const { fbads, simulator, file } = await withoutTerminal()
    simulator.setToken('without-ads-read')
    const ended = await fbads.run('init', '--token-stdin', '--account', 'all', '--database', 'embedded')
    expect(ended.status).toBe(5)
    expect(ended.stderr).toMatch(/code 200, fbtrace_id \w+.*ads_read/)
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  it('an API that does not answer is told, and nothing is written', async () => {
    const { clock } = createApi()
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const fbads = await createCommandLine({ fetch, clock, stdin: TOKEN, environment: NOBODY })
    const ended = await fbads.run('init', '--token-stdin', '--account', 'all', '--database', 'embedded')
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('fetch failed') })
    await expect(stat(join(fbads.folder, '.env'))).rejects.toThrow('ENOENT')
  })

  it('tries a server that it is given, and says in JSON what it has done', async () => {
    const { fbads } = await withoutTerminal()
    const ended = await fbads.run(
      'init',
      '--token-stdin',
      '--account',
      'all',
      '--database',
      inject('databaseUrl'),
      '--json',
    )
    expect(JSON.parse(ended.stdout)).toEqual({
      env: join(fbads.folder, '.env'),
      config: null,
      accounts: 'all',
      embedded: false,
    })
    expect(readVariables(fbads.folder, {}).DATABASE_URL).toBe(inject('databaseUrl'))
  })

  it('with nobody to ask and nothing given, says what to give', async () => {
    const { fbads } = await withoutTerminal()
    expect(await fbads.run('init')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--token-stdin'),
    })
  })
})

type Api = ReturnType<typeof createApi>

/** Answers in their order; an Error is thrown. */
async function atTerminal(answers: readonly unknown[], flags: InitFlags = {}, prepare = (_: Api) => {}) {
  const api = createApi()
  prepare(api)
  const { clock, world, simulator, fetch } = api
  const folder = await mkdtemp(join(tmpdir(), 'fbads-init-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const asked: { question: string; choices: readonly Choice[] }[] = []
  const left = [...answers]
  const answer = async (question: string, choices?: readonly Choice[] | string) => {
    asked.push({ question, choices: typeof choices === 'object' ? choices : [] })
    const next = left.shift()
    if (next instanceof Error) throw next
    if (next === undefined) throw new Error(`No answer to: ${question}`)
    return next as never
  }
  const prompter: Prompter = {
    get questions() {
      return asked.length
    },
    secret: answer,
    line: answer,
    one: answer,
    several: answer,
    confirm: answer,
  }
  let said = ''
  const sink = new Writable({
    write(chunk, _, done) {
      said += chunk
      done()
    },
  })
  const output = createOutput({
    stdout: sink,
    stderr: sink,
    json: false,
    verbose: false,
    quiet: false,
    color: false,
  })
  const context = {
    folder,
    environment: {},
    output,
    clock,
    fetch,
    signal: unaborted(),
    stdin: () => Object.assign(Readable.from([]), { isTTY: true }),
    process: { pid: 1, host: 'here', startedAt: 'now', command: 'fbads init', isAlive: () => false },
  }
  const status = await init(flags, context, async () => prompter).catch((error: unknown) => error)
  return { status, asked, folder, world, simulator, said }
}

describe('fbads init on a terminal', () => {
  it('offers the accounts of the token with what tells them apart, and asks again after a wrong answer', async () => {
    const { status, asked, folder, world, said } = await atTerminal([
      'nonsense',
      '',
      TOKEN,
      '',
      ['all'],
      'server',
      'mysql://x',
      'embedded',
      false,
    ])
    expect(status).toBe(0)
    expect(said).toMatch(/✗ .*190/)
    expect(said).toMatch(/✗ .*begins with postgres/)
    expect(said).not.toContain(TOKEN)
    const offered = asked.find(({ question }) => question.startsWith('Which ad accounts'))?.choices ?? []
    expect(offered).toHaveLength(3)
    const [first] = world.accounts
    expect(offered[1]?.label).toBe(`${first?.name} (act_${first?.id})`)
    expect(offered[1]?.hint).toMatch(new RegExp(`^${first?.currency}, ${first?.timeZone}, [\\d,]+ spent$`))
    expect(readVariables(folder, {})).toEqual({ FACEBOOK_ACCESS_TOKEN: TOKEN, FACEBOOK_AD_ACCOUNT_ID: 'all' })
  })

  it('broken off at any question, it leaves nothing behind', async () => {
    const answers = [TOKEN, '', ['all'], 'embedded']
    for (let n = 0; n <= answers.length; n += 1) {
      const { status, folder } = await atTerminal([...answers.slice(0, n), new Interrupted('SIGINT')])
      expect(status).toBeInstanceOf(Interrupted)
      await expect(stat(join(folder, '.env'))).rejects.toThrow('ENOENT')
    }
  })
})

describe('what nobody was asked', () => {
  it.each([
    ['an account', { account: ['99999'] }, [TOKEN, ''], 'act_99999'],
    ['a database', { account: ['all'], database: 'mysql://x' }, [TOKEN, ''], 'begins with postgres://'],
  ])('is not tried again: %s of a flag', async (_, flags, answers, message) => {
    const { status, simulator, folder } = await atTerminal(answers, flags)
    expect(status).toMatchObject({ message: expect.stringContaining(message) })
    expect(simulator.calls.length).toBeLessThan(10)
    await expect(stat(join(folder, '.env'))).rejects.toThrow('ENOENT')
  })

  it('is no reason to give up: for a token without ads_read another is asked for', async () => {
    const { status, asked, said } = await atTerminal(
      [TOKEN, '', new Interrupted('SIGINT')],
      {},
      ({ simulator }) => simulator.setToken('without-ads-read'),
    )
    expect(status).toBeInstanceOf(Interrupted)
    expect(said).toMatch(/✗ .*code 200/)
    expect(asked.map(({ question }) => question.split(' ')[0])).toEqual(['Access', 'App', 'Access'])
  })
})

describe('a .env', () => {
  const name = fc.constantFrom('A', 'FACEBOOK_ACCESS_TOKEN', 'DATABASE_URL', 'X_1')
  const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text))
  const quoted = fc.string({ unit: fc.constantFrom('"', "'", '`', '=', '#', ' ', '\\', 'n', 'a') })

  /** Those that a `.env` can hold: quotes of every kind leave none to put around. */
  const writable = fc.oneof(value, quoted).filter((text) => {
    try {
      return setVariables('', { A: text }) !== ''
    } catch (error) {
      expect(text).toMatch(/["'`\\]/)
      expect(error).toBeInstanceOf(UsageError)
      return false
    }
  })

  it('keeps a line whose name is one of every object, and the line ends of Windows', () => {
    expect(setVariables('constructor=x\r\nA=1\r\n', { B: '2' })).toBe('constructor=x\r\nA=1\r\nB=2\n')
  })

  it('with a quote that is never closed is left alone, if a new line would close it', () => {
    expect(() => setVariables("OLD=a='b\n", { A: 'it"s a # `' })).toThrow(UsageError)
  })

  it('is read back as it was written, whatever stands in the values and around them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fbads-env-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, writable),
        fc.dictionary(name, writable),
        async (before, after) => {
          const old = setVariables('# first\n\nKEPT="1\n2"\n', before)
          await writeFile(join(folder, '.env'), setVariables(old, after))
          expect(readVariables(folder, {})).toEqual({ KEPT: '1\n2', ...before, ...after })
          expect(await readFile(join(folder, '.env'), 'utf8')).toMatch(/^# first\n\nKEPT/)
        },
      ),
      propertyOptions(8),
    )
  })
})
