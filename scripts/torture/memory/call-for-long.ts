const FIELDS = 'account_id,campaign_id,adset_id,ad_id,spend,impressions,clicks,reach,actions'
/** After so long a report run of `fbads simulate` has completed. */
const RUN_MS = 6_000

/** As many report runs as `fbads simulate` remembers. */
const KEPT_RUNS = 1_000

/**
 * Calls a Marketing API so many times, one after the other: insights, ads, and report runs, which are read. Begins
 * with as many report runs as it remembers, which come on top; no more are waited for at a time.
 */
export async function callForLong(url: string, calls: number): Promise<void> {
  const started: { readonly id: string; readonly atMs: number }[] = []
  const ask = async (path: string, params: Readonly<Record<string, string>>, method = 'GET') => {
    const sent = new URLSearchParams({ access_token: 'any', ...params })
    const response = await (method === 'GET'
      ? fetch(`${url}/v26.0/${path}?${sent}`)
      : fetch(`${url}/v26.0/${path}`, { method, body: sent }))
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
    return parseAnswer(text)
  }
  const { data } = await ask('me/adaccounts', { fields: 'account_id' })
  const account = `act_${data?.[0]?.account_id}`
  for (let call = -KEPT_RUNS; call < calls; call += 1) {
    const insights = {
      level: 'ad',
      fields: FIELDS,
      limit: '500',
      date_preset: call % 3 === 0 ? 'last_7d' : 'yesterday',
      ...(call % 2 === 0 && { breakdowns: 'country' }),
    }
    const [oldest] = started
    if (oldest !== undefined && performance.now() - oldest.atMs > RUN_MS) {
      started.shift()
      await ask(`${oldest.id}/insights`, { limit: '500' })
    } else if ((call < 0 || call % 4 === 0) && started.length < KEPT_RUNS) {
      const { report_run_id: id = '' } = await ask(`${account}/insights`, insights, 'POST')
      started.push({ id, atMs: performance.now() })
    } else if (call % 4 === 1) {
      await ask(`${account}/ads`, { fields: 'id,name,status,effective_status', limit: '100' })
    } else {
      await ask(`${account}/insights`, insights)
    }
  }
}

interface Answer {
  readonly data?: readonly { readonly account_id?: string }[]
  readonly report_run_id?: string
}

function parseAnswer(text: string): Answer {
  return JSON.parse(text) as Answer
}
