import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createMarketingApi } from '../../extract/marketing-api.ts'
import type { TokenInspection } from '../../extract/token.ts'
import type { AskedAccounts } from '../../pipeline/find-accounts.ts'
import { parseAccounts, type Variables, variable } from '../config.ts'
import { type Context, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { type Credentials, checkAccounts, checkDatabase, checkToken, optionsWith } from '../init/answers.ts'
import { setVariables, writePrivately } from '../init/env-file.ts'
import { readOfferedAccounts } from '../init/offered-accounts.ts'
import { createPrompter, type Prompter } from '../init/prompter.ts'
import { UsageError } from '../usage-error.ts'

export interface InitFlags {
  readonly tokenStdin?: boolean
  readonly account?: readonly string[]
  /** An address, or `embedded`. */
  readonly database?: string
  readonly config?: boolean
  readonly force?: boolean
}

/** Where nobody can be asked, everything must be given. */
type Ask = Prompter | null

const SCHEMA = new URL('../../../assets/fbads.config.schema.json', import.meta.url)

/** Asks for what a sync needs, tries each answer, and writes it into `.env`. */
export async function init(
  flags: InitFlags,
  context: Context,
  openPrompter: typeof createPrompter = createPrompter,
): Promise<ExitStatus> {
  const { output, signal } = context
  const variables = variablesOf(context)
  const ask: Ask = context.stdin().isTTY && !flags.tokenStdin ? await openPrompter(signal) : null
  const credentials = await findCredentials(ask, flags, variables, context)
  const options = optionsWith(credentials, variables, context)
  const accounts = await retrying(ask, context, async () => {
    const found = await findAccounts(ask, flags, () =>
      readOfferedAccounts(createMarketingApi(options), signal),
    )
    await checkAccounts(found, options, signal)
    return found
  })
  const database = await retrying(ask, context, async () => {
    const url = await findDatabase(ask, flags, variables)
    if (url !== null)
      output.say(`✓ ${await checkDatabase(url, variable(variables, 'FBADS_SCHEMA'))} answers`, 'good')
    return url
  })
  const written = await writeEnv(ask, flags, context, {
    FACEBOOK_ACCESS_TOKEN: credentials.accessToken,
    FACEBOOK_APP_SECRET: credentials.appSecret,
    FACEBOOK_AD_ACCOUNT_ID: accounts === 'all' ? 'all' : accounts.map((id) => `act_${id}`).join(','),
    DATABASE_URL: database,
  })
  if (!written) return EXIT.failed
  const config = await writeConfig(ask, flags, context)
  if (output.json)
    output.result(JSON.stringify({ env: written, config, accounts, embedded: database === null }, null, 2))
  output.say('\nNext:', 'title')
  output.say('  npx fbads doctor    whether everything is in order')
  output.say('  npx fbads sync      loads what is missing')
  output.say('  npx fbads serve     shows it in a browser')
  return EXIT.done
}

/** A person who is asked may answer again; a script may not. */
async function retrying<T>(ask: Ask, { output, signal }: Context, body: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await body()
    } catch (error) {
      signal.throwIfAborted()
      if (ask === null || !(error instanceof Error) || error.name === 'Interrupted') throw error
      output.fail(`✗ ${error.message}`)
    }
  }
}

async function findCredentials(
  ask: Ask,
  flags: InitFlags,
  variables: Variables,
  context: Context,
): Promise<Credentials> {
  const { output, signal } = context
  return retrying(ask, context, async () => {
    const credentials = ask
      ? {
          accessToken: (await ask.secret('Access token of a (system) user with ads_read')).trim(),
          appSecret:
            (await ask.secret('App secret (may stay empty; calls are then sent without a proof)')).trim() ||
            null,
        }
      : await readCredentials(flags, variables, context)
    if (credentials.accessToken === '') throw new UsageError('There is no token.')
    const inspection = await checkToken(optionsWith(credentials, variables, context), variables, signal)
    for (const line of describeToken(inspection)) output.say(line, line.startsWith('✓') ? 'good' : 'warning')
    return credentials
  })
}

/** The token is the first line of stdin, the app’s secret the second; neither may be a flag, which others can see. */
async function readCredentials(
  flags: InitFlags,
  variables: Variables,
  { stdin }: Context,
): Promise<Credentials> {
  if (!flags.tokenStdin) {
    const accessToken = variables.FACEBOOK_ACCESS_TOKEN
    if (accessToken) return { accessToken, appSecret: variables.FACEBOOK_APP_SECRET || null }
    throw new UsageError(
      'This is no terminal, so nobody can be asked: give the token by --token-stdin or in FACEBOOK_ACCESS_TOKEN, and --account, --database.',
    )
  }
  let text = ''
  for await (const chunk of stdin()) text += chunk
  const [accessToken = '', appSecret = ''] = text.split(/\r?\n/).map((line) => line.trim())
  return { accessToken, appSecret: appSecret || variables.FACEBOOK_APP_SECRET || null }
}

function describeToken({ expiresAtMs, scopes }: TokenInspection): string[] {
  const until = expiresAtMs === null ? '' : `, until ${new Date(expiresAtMs).toISOString().slice(0, 10)}`
  const canRead = scopes.some((scope) => scope === 'ads_read' || scope === 'ads_management')
  return [
    `✓ The token is valid${until}`,
    canRead
      ? '✓ ads_read is granted'
      : '⚠️ ads_read is not among the scopes that the API names: grant it, if accounts cannot be read',
  ]
}

async function findAccounts(
  ask: Ask,
  flags: InitFlags,
  offered: () => ReturnType<typeof readOfferedAccounts>,
): Promise<AskedAccounts> {
  if (flags.account) return parseAccounts(flags.account.join(','))
  if (ask === null)
    throw new UsageError('No ad account is named: give --account act_… (repeatable) or --account all.')
  const choices = (await offered()).map(({ id, name, detail }) => ({
    value: id,
    label: `${name} (act_${id})`,
    hint: detail,
  }))
  if (choices.length === 0)
    throw new UsageError('The token reaches no ad account: assign one to its user in the business settings.')
  if (choices.length === 1 && choices[0]) {
    const { label, hint } = choices[0]
    return (await ask.confirm(`${label}, ${hint}: load this account?`))
      ? parseAccounts(choices[0].value)
      : 'all'
  }
  const all = {
    value: 'all',
    label: `All ${choices.length} of the token, and those that will be added`,
    hint: '',
  }
  const chosen = await ask.several('Which ad accounts? (space chooses, enter goes on)', [all, ...choices])
  return chosen.includes('all') ? 'all' : parseAccounts(chosen.join(','))
}

/** Null for the embedded warehouse. */
async function findDatabase(ask: Ask, flags: InitFlags, variables: Variables): Promise<string | null> {
  if (flags.database) return flags.database === 'embedded' ? null : flags.database
  if (ask === null) return variables.DATABASE_URL || null
  const where = await ask.one('Where to?', [
    { value: 'embedded', label: 'Embedded, in .fbads/warehouse', hint: 'nothing to install' },
    { value: 'server', label: 'A PostgreSQL server', hint: '14 or newer' },
  ])
  return where === 'embedded'
    ? null
    : (await ask.line('Its address', 'postgres://user:password@host:5432/database')).trim()
}

/** The path, or null when a person would not have it replaced. */
async function writeEnv(
  ask: Ask,
  flags: InitFlags,
  { folder, output }: Context,
  values: Readonly<Record<string, string | null>>,
): Promise<string | null> {
  const file = join(folder, '.env')
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (before !== '' && !flags.force) {
    if (ask === null)
      throw new UsageError(
        '.env is there already: --force replaces these variables in it and keeps all else.',
      )
    if (!(await ask.confirm('.env is there already. Replace these variables in it, and keep all else?'))) {
      output.say('Nothing was written.', 'warning')
      return null
    }
  }
  await writePrivately(file, setVariables(before, values))
  output.say(`✅ ${file}, which only you can read`, 'good')
  return file
}

/** The path of a settings file that was made; null when there was one, or none is wanted. */
async function writeConfig(ask: Ask, flags: InitFlags, { folder, output }: Context): Promise<string | null> {
  const file = join(folder, 'fbads.config.json')
  if (existsSync(file)) return null
  if (!flags.config && !(await ask?.confirm('Make fbads.config.json for settings, which editors complete?')))
    return null
  const inside = relative(folder, fileURLToPath(SCHEMA))
  const schema = inside.startsWith('..') ? pathToFileURL(fileURLToPath(SCHEMA)).href : `./${inside}`
  await writeFile(file, `${JSON.stringify({ $schema: schema }, null, 2)}\n`)
  output.say(`✅ ${file}; its settings: docs/configuration.md`, 'good')
  return file
}
