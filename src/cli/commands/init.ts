import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createMarketingApi } from '../../extract/marketing-api.ts'
import type { TokenInspection } from '../../extract/token.ts'
import type { AskedAccounts } from '../../pipeline/source.ts'
import { parseAccounts, type Variables, variable } from '../config.ts'
import { type Context, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus, Interrupted } from '../exit-status.ts'
import { type Credentials, checkAccounts, checkDatabase, checkToken, optionsWith } from '../init/answers.ts'
import { setVariables, writePrivately } from '../init/env-file.ts'
import { type OfferedAccount, readOfferedAccounts } from '../init/offered-accounts.ts'
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
  const ask: Ask = context.stdin().isTTY && !flags.tokenStdin ? await openPrompter(signal, output.json) : null
  const named = flags.account ? parseAccounts(flags.account.join(',')) : null
  const { credentials, offered } = await findCredentials(ask, flags, named, variables, context)
  const accounts = await retrying(ask, context, async () => {
    const found = named ?? (await chooseAccounts(ask, offered))
    await checkAccounts(found, optionsWith(credentials, variables, context), signal)
    return found
  })
  const database = await retrying(ask, context, async () => {
    const url = await findDatabase(ask, flags, variables)
    if (url !== null)
      output.say(`✓ ${await checkDatabase(url, variable(variables, 'FBADS_SCHEMA'))} answers`, 'good')
    return url
  })
  const env = await planEnv(ask, flags, context, {
    FACEBOOK_ACCESS_TOKEN: credentials.accessToken,
    FACEBOOK_APP_SECRET: credentials.appSecret,
    FACEBOOK_AD_ACCOUNT_ID: accounts === 'all' ? 'all' : accounts.map((id) => `act_${id}`).join(','),
    DATABASE_URL: database,
    // By which it was tried: of a simulator, say.
    ...(variables.FACEBOOK_GRAPH_URL && { FACEBOOK_GRAPH_URL: variables.FACEBOOK_GRAPH_URL }),
  })
  if (env === null) return EXIT.failed
  const config = await planConfig(ask, flags, context)
  // The last question is answered: only from here on anything is written.
  signal.throwIfAborted()
  await writePrivately(env.path, env.text)
  output.say(`✅ ${env.path}, which only you can read`, 'good')
  if (config !== null) {
    await writeFile(config.path, config.text)
    output.say(`✅ ${config.path}; its settings: docs/configuration.md`, 'good')
  }
  if (output.json)
    output.result(
      JSON.stringify(
        { env: env.path, config: config?.path ?? null, accounts, embedded: database === null },
        null,
        2,
      ),
    )
  output.say('\nNext:', 'title')
  output.say('  npx fbads doctor    whether everything is in order')
  output.say('  npx fbads sync      loads what is missing')
  output.say('  npx fbads serve     shows it in a browser')
  return EXIT.done
}

/** Who was asked may answer again. What nobody was asked, a flag or a script's, stays as wrong as it is. */
async function retrying<T>(ask: Ask, { output, signal }: Context, body: () => Promise<T>): Promise<T> {
  for (;;) {
    const before = ask?.questions
    try {
      return await body()
    } catch (error) {
      signal.throwIfAborted()
      if (ask?.questions === before || !(error instanceof Error) || error instanceof Interrupted) throw error
      output.fail(`✗ ${error.message}`)
    }
  }
}

/** The token with the accounts that it reaches: one that reaches none is as wrong an answer as one that is refused. */
async function findCredentials(
  ask: Ask,
  flags: InitFlags,
  named: AskedAccounts | null,
  variables: Variables,
  context: Context,
): Promise<{ credentials: Credentials; offered: readonly OfferedAccount[] }> {
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
    const options = optionsWith(credentials, variables, context)
    const inspection = await checkToken(options, variables, signal)
    for (const line of describeToken(inspection)) output.say(line, line.startsWith('✓') ? 'good' : 'warning')
    // Accounts that are named are tried one by one.
    const isNamed = named !== null && named !== 'all'
    const offered = isNamed ? [] : await readOfferedAccounts(createMarketingApi(options), signal)
    return { credentials, offered }
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

async function chooseAccounts(ask: Ask, offered: readonly OfferedAccount[]): Promise<AskedAccounts> {
  if (ask === null)
    throw new UsageError('No ad account is named: give --account act_… (repeatable) or --account all.')
  const choices = offered.map(({ id, name, detail }) => ({
    value: id,
    label: `${name} (act_${id})`,
    hint: detail,
  }))
  const all = {
    value: 'all',
    label: 'All of the token, and those that will be added',
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

interface PlannedFile {
  readonly path: string
  readonly text: string
}

/** Null when a person would not have it replaced. */
async function planEnv(
  ask: Ask,
  flags: InitFlags,
  { folder, output }: Context,
  values: Readonly<Record<string, string | null>>,
): Promise<PlannedFile | null> {
  const path = join(folder, '.env')
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
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
  return { path, text: setVariables(before, values) }
}

/** A settings file; null when there is one, or none is wanted. */
async function planConfig(ask: Ask, flags: InitFlags, { folder }: Context): Promise<PlannedFile | null> {
  const path = join(folder, 'fbads.config.json')
  if (existsSync(path)) return null
  if (!flags.config && !(await ask?.confirm('Make fbads.config.json for settings, which editors complete?')))
    return null
  const inside = relative(folder, fileURLToPath(SCHEMA))
  const schema = inside.startsWith('..') ? pathToFileURL(fileURLToPath(SCHEMA)).href : `./${inside}`
  return { path, text: `${JSON.stringify({ $schema: schema }, null, 2)}\n` }
}
