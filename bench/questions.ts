import { migrate } from '../src/load/migrate.ts'
import type { Session } from '../src/load/session.ts'
import { explain } from '../test/support/explain.ts'
import { startPostgres } from '../test/support/start-postgres.ts'
import { fillFacts } from './fill-facts.ts'
import { median } from './measure.ts'
import { type BenchOptions, dropSchema, useSchema } from './with-place.ts'

/** What a question costs when the warehouse is warm. */
export interface Answered {
  readonly question: string
  /** As EXPLAIN ANALYZE shows it. */
  readonly ms: number
  /** The same with READER_SETTINGS. */
  readonly readerMs: number
  readonly rows: number
  /** Partitions of facts that its plan reads. */
  readonly months: number
}

const SCHEMA = 'bench_questions'
const ACCOUNT = 42
const CAMPAIGN = ACCOUNT * 1000 + 1
const AD = ACCOUNT * 1000 + 7
const LAST_90_DAYS = "date > DATE '2026-11-30' - 90"

/** The same days, as the facts number them. */
const LAST_90_DATE_IDS = 'date_id > 20260901'

/** What docs/operations.md advises for the role of who reads. */
const READER_SETTINGS = { enable_partitionwise_aggregate: 'on', work_mem: '32MB' }

/** What marketers ask, as they ask it: by names and dates. */
const QUESTIONS: Readonly<Record<string, string>> = {
  '90 days by campaign, one account': `
    SELECT campaign_name, sum(spend), sum(purchases) FROM v_campaign_daily
     WHERE account_id = ${ACCOUNT} AND ${LAST_90_DAYS} GROUP BY 1 ORDER BY 2 DESC`,
  '90 days by campaign, all accounts': `
    SELECT account_name, campaign_name, sum(spend), sum(purchases) FROM v_campaign_daily
     WHERE ${LAST_90_DAYS} GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20`,
  'one ad, its history': `
    SELECT date, spend, impressions, ctr, roas FROM v_ad_daily WHERE ad_id = ${AD} ORDER BY date`,
  'age and gender of a campaign': `
    SELECT age_group, gender, sum(spend), sum(purchases) FROM v_age_gender_daily
     WHERE campaign_id = ${CAMPAIGN} GROUP BY 1, 2 ORDER BY 3 DESC`,
  'age and gender of a campaign, 90 days': `
    SELECT age_group, gender, sum(spend), sum(purchases) FROM v_age_gender_daily
     WHERE campaign_id = ${CAMPAIGN} AND ${LAST_90_DAYS} GROUP BY 1, 2 ORDER BY 3 DESC`,
  'age and gender of a campaign, from the facts': `
    SELECT g.age_group, s.gender, sum(f.spend), sum(f.purchases)
      FROM fact_age_gender_metrics f JOIN dim_age_group g USING (age_group_id) JOIN dim_gender s USING (gender_id)
     WHERE f.campaign_id = ${CAMPAIGN} GROUP BY 1, 2 ORDER BY 3 DESC`,
  'top countries, one account, 90 days': `
    SELECT country_name, sum(spend), sum(purchases) FROM v_country_daily
     WHERE account_id = ${ACCOUNT} AND ${LAST_90_DAYS} GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
  'top countries, all accounts, 90 days': `
    SELECT country_name, sum(spend), sum(purchases) FROM v_country_daily
     WHERE ${LAST_90_DAYS} GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
  'conversions by type, one account, 90 days': `
    SELECT action_type, sum(action_count), sum(action_value) FROM v_action_daily
     WHERE account_id = ${ACCOUNT} AND ${LAST_90_DAYS} GROUP BY 1 ORDER BY 2 DESC`,
  'conversions by type, all accounts, 90 days': `
    SELECT action_type, sum(action_count), sum(action_value) FROM v_action_daily
     WHERE ${LAST_90_DAYS} GROUP BY 1 ORDER BY 2 DESC`,
  'top countries, all accounts, 90 days, added up before they are named': `
    SELECT country_name, spend, purchases
      FROM (SELECT country_id, sum(spend) AS spend, sum(purchases) AS purchases
              FROM fact_country_metrics WHERE ${LAST_90_DATE_IDS} GROUP BY 1) f
      JOIN dim_country USING (country_id) ORDER BY 2 DESC LIMIT 10`,
  'conversions by type, all accounts, 90 days, added up before they are named': `
    SELECT action_type, action_count, action_value
      FROM (SELECT action_type_id, sum(action_count) AS action_count, sum(action_value) AS action_value
              FROM fact_action_metrics WHERE ${LAST_90_DATE_IDS} GROUP BY 1) f
      JOIN dim_action_type USING (action_type_id) ORDER BY 2 DESC`,
}

/** Asks a warehouse of some 50 million facts. */
export async function askQuestions(options: BenchOptions): Promise<Answered[]> {
  const server = options.database === null ? await startPostgres() : null
  const database = options.database ?? server?.url ?? ''
  try {
    return await useSchema(database, SCHEMA, async (warehouse) => {
      await migrate(warehouse)
      return warehouse.use(async (session) => {
        options.tell(`  ${await fillFacts(session, options.tell)} facts`)
        const answers: Answered[] = []
        for (const [question, sql] of Object.entries(QUESTIONS)) {
          const answer = await ask(session, question, sql, options.repeats)
          options.tell(
            `  ${answer.ms.toFixed(0)} ms, ${answer.readerMs.toFixed(0)} ms with the reader's settings: ${question} ` +
              `(${answer.rows} rows, ${answer.months} months read)`,
          )
          answers.push(answer)
        }
        return answers
      })
    })
  } finally {
    if (server === null) await dropSchema(database, SCHEMA)
    await server?.stop()
  }
}

async function ask(session: Session, question: string, sql: string, repeats: number): Promise<Answered> {
  const { rows, partitions } = await explain(session, sql)
  const times: number[] = []
  const readerTimes: number[] = []
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    times.push((await explain(session, sql)).ms)
    readerTimes.push((await explainAsReader(session, sql)).ms)
  }
  return { question, ms: median(times), readerMs: median(readerTimes), rows, months: partitions.length }
}

function explainAsReader(session: Session, sql: string): ReturnType<typeof explain> {
  return session.transaction(async () => {
    for (const [name, value] of Object.entries(READER_SETTINGS))
      await session.query(`SET LOCAL ${name} = '${value}'`)
    return explain(session, sql)
  })
}
