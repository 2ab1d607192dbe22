import { readAdAccount, readAdAccounts } from '../../extract/ad-accounts.ts'
import { versionWarning } from '../../extract/api-versions.ts'
import { type ApiEvent, createMarketingApi, type MarketingApi } from '../../extract/marketing-api.ts'
import type { AdAccount } from '../../model/ad-object.ts'
import { dayIn } from '../../model/calendar-date.ts'
import { toAdAccount } from '../../transform/dimension-members.ts'
import type { Source } from '../config.ts'
import type { Context } from '../context.ts'
import { apiOptions } from '../marketing-apis.ts'
import { apiEventLine } from '../render/words.ts'
import type { Settings } from '../settings.ts'
import { askForFields } from './ask-for-fields.ts'
import type { Examination } from './examination.ts'
import { examineSample } from './examine-sample.ts'
import { examineToken } from './examine-token.ts'

/** The version, the token, the accounts, the fields of the reports, and how much of the rate limit is used. */
export async function examineApi(
  source: Source,
  settings: Settings,
  examination: Examination,
  context: Context,
): Promise<void> {
  const { signal, clock, output } = context
  const { begin, note, skip, examine } = examination
  begin('API')
  const ending = versionWarning(source.apiVersion, dayIn('UTC', clock.now()))
  if (ending !== null) note({ check: 'API version', status: 'warn', detail: ending })
  const usage = new Map<string, number>()
  const refusedFields = new Set<string>()
  const onEvent = (event: ApiEvent) => {
    if (event.type === 'usage') {
      usage.set(event.useCase, Math.max(event.percent, usage.get(event.useCase) ?? 0))
    } else if (event.type === 'field-dropped') {
      refusedFields.add(event.field)
    } else if (event.type !== 'api-call' && apiEventLine(event).important) {
      output.say(apiEventLine(event).text, 'warning')
    }
  }
  // A person waits: a rate limit is told, not waited for.
  const options = {
    ...apiOptions(context, source, settings.metaMaxWorkers, onEvent),
    retry: { attempts: 2, maxThrottleWaitMs: 0 },
  }
  if (!(await examineToken(options, source.appId, examination, signal)))
    return skip(['Extraction', 'Transformation'], 'the check of the token failed, see API')
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
  if (first) {
    await examine(
      'fields',
      () => askForFields(api, first, settings, clock.now(), signal),
      () => describeFields([...refusedFields]),
    )
  }
  note({
    check: 'rate limit',
    status: Math.max(0, ...usage.values()) >= 75 ? 'warn' : 'ok',
    detail:
      usage.size === 0
        ? 'no usage told'
        : [...usage].map(([useCase, percent]) => `${useCase} ${percent} %`).join(', '),
  })
  if (first) await examineSample(api, first, settings, examination, clock.now(), signal)
  else skip(['Extraction', 'Transformation'], 'there is no account that can be read, see API')
}

async function findAccounts(api: MarketingApi, source: Source, signal: AbortSignal): Promise<AdAccount[]> {
  const records =
    source.accounts === 'all'
      ? await readAdAccounts(api, signal)
      : await Promise.all(source.accounts.map((accountId) => readAdAccount(api, accountId, signal)))
  return records.map(toAdAccount)
}

function describeFields(refused: readonly string[]) {
  if (refused.length === 0) return 'each report accepted'
  return {
    warning: `the API refuses ${refused.join(', ')}, without which each report is accepted; take ${refused.length === 1 ? 'it' : 'them'} out of baseFieldsToPull`,
  }
}
