import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAdAccount, readAdAccounts } from '../../extract/ad-accounts.ts'
import { versionWarning } from '../../extract/api-versions.ts'
import { readInsights } from '../../extract/insights.ts'
import { type ApiEvent, createMarketingApi, type MarketingApi } from '../../extract/marketing-api.ts'
import { inspectToken } from '../../extract/token.ts'
import { DatabaseError } from '../../load/database-error.ts'
import type { AdAccount } from '../../model/ad-object.ts'
import { addDays, dayIn } from '../../model/calendar-date.ts'
import { parseExactJson } from '../../model/exact-json.ts'
import { REPORTS } from '../../model/report.ts'
import { toAdAccount } from '../../transform/dimension-members.ts'
import { readSource, type Source } from '../config.ts'
import { type Context, isReadByOthers, openForReading, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus, statusOfError } from '../exit-status.ts'
import { apiOptions } from '../marketing-apis.ts'
import { readSettings } from '../read-settings.ts'
import { apiEventLine } from '../render/words.ts'
import type { Settings } from '../settings.ts'
import { extraFields } from './sync.ts'

interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'failed' | 'skipped'
  /** What was found, or what is wrong and what to do. */
  readonly detail: string
}

const MARKS = { ok: '✓', warn: '⚠️', failed: '✗', skipped: '·' } as const
const TONES = { ok: 'good', warn: 'warning', failed: 'problem', skipped: 'dim' } as const
const DAY_MS = 86_400_000
const LONG_ID = '120213328950940104'

/** The debugging checklist as a program: environment, API, database, one line each. */
export async function doctor(context: Context): Promise<ExitStatus> {
  const findings: Finding[] = []
  let exit: ExitStatus = EXIT.done
  const note = (finding: Finding) => {
    findings.push(finding)
    context.output.say(`${MARKS[finding.status]} ${finding.check}: ${finding.detail}`, TONES[finding.status])
  }
  /** Runs one check; its value, or null when it failed. */
  const examine = async <T>(
    check: string,
    body: () => Promise<T>,
    describe: (value: T) => string,
  ): Promise<T | null> => {
    try {
      const value = await body()
      note({ check, status: 'ok', detail: describe(value) })
      return value
    } catch (error) {
      context.signal.throwIfAborted()
      if (exit === EXIT.done || exit === EXIT.failed) exit = statusOfError(error)
      note({ check, status: 'failed', detail: error instanceof Error ? error.message : String(error) })
      return null
    }
  }

  const variables = await examine(
    '.env',
    async () => variablesOf(context),
    () => describeEnv(context),
  )
  if (variables !== null) {
    const settings = await examine(
      'settings',
      async () => readSettings(context.folder, variables),
      () => 'valid',
    )
    const source = await examine(
      'credentials',
      async () => readSource(variables, []),
      (found) => `token and account set; ${found.graphUrl}, ${found.apiVersion}`,
    )
    if (source !== null && settings !== null) await examineApi(source, settings, context, examine, note)
    await examine(
      'database',
      () => examineDatabase(context),
      (found) => found,
    )
  }
  await examine(
    'ids',
    async () => examineIds(),
    (id) => `${id} comes back to the last digit`,
  )
  if (context.output.json)
    context.output.result(JSON.stringify({ ok: exit === EXIT.done, checks: findings }, null, 2))
  return exit
}

type Examine = <T>(check: string, body: () => Promise<T>, describe: (value: T) => string) => Promise<T | null>

async function examineApi(
  source: Source,
  settings: Settings,
  context: Context,
  examine: Examine,
  note: (finding: Finding) => void,
): Promise<void> {
  const { signal, clock, output } = context
  const ending = versionWarning(source.apiVersion, dayIn('UTC', clock.now()))
  if (ending !== null) note({ check: 'API version', status: 'warn', detail: ending })
  const usage = new Map<string, number>()
  const onEvent = (event: ApiEvent) => {
    if (event.type === 'usage')
      usage.set(event.useCase, Math.max(event.percent, usage.get(event.useCase) ?? 0))
    else if (apiEventLine(event).important) output.say(apiEventLine(event).text, 'warning')
  }
  // A person waits: a rate limit is told, not waited for.
  const options = {
    ...apiOptions(context, source, settings.metaMaxWorkers, onEvent),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
  const token = await examine(
    'token',
    async () => {
      const inspection = await inspectToken(options, source.appId, signal)
      if (inspection.error !== null) throw inspection.error
      return inspection
    },
    ({ expiresAtMs }) =>
      expiresAtMs === null ? 'valid' : `valid until ${new Date(expiresAtMs).toISOString().slice(0, 10)}`,
  )
  if (token === null) return
  if (token.expiresAtMs !== null && token.expiresAtMs - clock.now() < 14 * DAY_MS) {
    note({
      check: 'token age',
      status: 'warn',
      detail: "it expires within 14 days; a system user's token does not",
    })
  }
  const granted = token.scopes.filter((scope) => scope === 'ads_read' || scope === 'ads_management')
  note(
    granted.length > 0
      ? { check: 'ads_read', status: 'ok', detail: `granted (${granted.join(', ')})` }
      : {
          check: 'ads_read',
          status: 'warn',
          detail: 'not among the scopes that the API names; grant it if the account below cannot be read',
        },
  )
  const api = createMarketingApi(options)
  const accounts = await examine(
    'accounts',
    () => findAccounts(api, source, signal),
    (found) => found.map(({ accountId, name, status }) => `act_${accountId} ${name}: ${status}`).join('; '),
  )
  for (const { accountId, status } of accounts ?? []) {
    if (status === 'ACTIVE') continue
    note({
      check: `act_${accountId}`,
      status: 'warn',
      detail: `is ${status}: its history can be read, new figures may not come`,
    })
  }
  const [first] = accounts ?? []
  if (first)
    await examine(
      'fields',
      () => askOnce(api, first, settings, context),
      () => 'each report accepted',
    )
  const most = Math.max(0, ...usage.values())
  note({
    check: 'rate limit',
    status: most >= 75 ? 'warn' : 'ok',
    detail:
      usage.size === 0
        ? 'no usage told'
        : [...usage].map(([useCase, percent]) => `${useCase} ${percent} %`).join(', '),
  })
}

async function findAccounts(api: MarketingApi, source: Source, signal: AbortSignal): Promise<AdAccount[]> {
  const records =
    source.accounts === 'all'
      ? await readAdAccounts(api, signal)
      : await Promise.all(source.accounts.map((accountId) => readAdAccount(api, accountId, signal)))
  return records.map(toAdAccount)
}

/** One small request for each report, with the fields that a sync asks for. */
async function askOnce(
  api: MarketingApi,
  account: AdAccount,
  settings: Settings,
  context: Context,
): Promise<void> {
  const yesterday = addDays(dayIn(account.timeZone, context.clock.now()), -1)
  for (const report of settings.reports) {
    const fields = [...new Set([...REPORTS[report].fields, ...extraFields(settings.baseFieldsToPull)])]
    const request = { accountId: account.accountId, report, since: yesterday, until: yesterday }
    for await (const _page of readInsights(api, request, { fields, limit: 1 }, context.signal)) break
  }
}

async function examineDatabase(context: Context): Promise<string> {
  try {
    const warehouse = await openForReading(context, {})
    await warehouse.close()
    return `${warehouse.location}, schema "${warehouse.schema}" up to date`
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'not-migrated') {
      return 'no warehouse of this version yet; the next fbads sync makes or updates it'
    }
    throw error
  }
}

function examineIds(): string {
  const id = String(parseExactJson(`[${LONG_ID}]`)).replace(/[[\]"]/g, '')
  if (id !== LONG_ID)
    throw new Error(`❌ ID CORRUPTION DETECTED: ${LONG_ID} came back as ${id}; this Node.js cannot be used`)
  return id
}

function describeEnv(context: Context): string {
  if (!existsSync(join(context.folder, '.env'))) return 'not there; the environment alone is used'
  return isReadByOthers(context) ? 'read; others on this machine can read it, too: chmod 600 .env' : 'read'
}
