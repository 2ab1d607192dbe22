import { boundsOf, dateCheckOf, monthsOf, partitionName } from '../src/load/fact-months.ts'
import type { Session } from '../src/load/session.ts'
import { parseCalendarDate } from '../src/model/calendar-date.ts'
import { FACT_TABLE_NAMES, type FactTableName } from '../src/model/fact.ts'

const ACCOUNTS = 100
/** Of each account; five ads in an ad set, ten in a campaign. */
const ADS = 50
const MONTHS = monthsOf(parseCalendarDate('2026-01-01'), parseCalendarDate('2026-11-30'))

/** The rows of an ad's day in each table. */
const PARTS = {
  fact_core_metrics: { columns: '', rows: '(SELECT 1) AS part (one)' },
  fact_age_gender_metrics: {
    columns: ', age_group_id, gender_id',
    rows: '(SELECT a.age_group_id, g.gender_id FROM dim_age_group a, dim_gender g WHERE a.age_group_id <> 0) AS part',
  },
  fact_country_metrics: {
    columns: ', country_id',
    rows: '(SELECT country_id FROM dim_country WHERE country_id BETWEEN 1 AND 4) AS part',
  },
  fact_action_metrics: {
    columns: ', action_type_id',
    rows: '(SELECT action_type_id FROM dim_action_type WHERE action_type_id BETWEEN 1 AND 6) AS part',
  },
} as const satisfies Record<FactTableName, { readonly columns: string; readonly rows: string }>

/** Fills an empty warehouse with some 50 million facts, a month of a table as a partition. Returns how many. */
export async function fillFacts(session: Session, tell: (line: string) => void): Promise<number> {
  const named = "'UNKNOWN', 'UNKNOWN', now()"
  await session.query(
    `INSERT INTO dim_account (account_id, name, account_status, updated_at)
     SELECT a, 'Account ' || a, 'ACTIVE', now() FROM generate_series(1, ${ACCOUNTS}) a`,
  )
  await session.query(
    `INSERT INTO dim_campaign (campaign_id, account_id, name, status, effective_status, updated_at)
     SELECT a * 1000 + c, a, 'Campaign ' || c, ${named} FROM generate_series(1, ${ACCOUNTS}) a, generate_series(0, ${ADS / 10}) c`,
  )
  await session.query(
    `INSERT INTO dim_adset (adset_id, account_id, campaign_id, name, status, effective_status, updated_at)
     SELECT a * 1000 + s, a, a * 1000 + s / 2, 'Ad set ' || s, ${named}
       FROM generate_series(1, ${ACCOUNTS}) a, generate_series(0, ${ADS / 5}) s`,
  )
  await session.query(
    `INSERT INTO dim_ad (ad_id, account_id, campaign_id, adset_id, name, status, effective_status, updated_at)
     SELECT a * 1000 + n, a, a * 1000 + n / 10, a * 1000 + n / 5, 'Ad ' || n, ${named}
       FROM generate_series(1, ${ACCOUNTS}) a, generate_series(1, ${ADS}) n`,
  )
  for (const month of MONTHS) {
    for (const table of FACT_TABLE_NAMES) {
      const { columns, rows } = PARTS[table]
      const name = partitionName(table, month.number)
      const measures =
        table === 'fact_action_metrics'
          ? {
              names: 'action_count, action_value',
              values: 'round(random() * 9), round((random() * 99)::numeric, 2)',
            }
          : {
              names: 'spend, impressions, clicks, click_source, clicks_all, reach, purchases',
              values:
                "round((random() * 99)::numeric, 2), 500 + (random() * 999)::int, round(random() * 20), 'inline_link_clicks', (random() * 30)::int, 400, round(random())",
            }
      await session.query('BEGIN')
      await session.query(
        `CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS, ${dateCheckOf(table, month)})`,
      )
      // As requests bring them: a week of an account together.
      for (const day of [1, 8, 15, 22, 29])
        await session.query(
          `INSERT INTO ${name} (account_id, date_id, ad_id, campaign_id, adset_id${columns}, ${measures.names})
           SELECT a, d.date_id, a * 1000 + n, a * 1000 + n / 10, a * 1000 + n / 5${columns}, ${measures.values}
             FROM generate_series(1, ${ACCOUNTS}) a
             CROSS JOIN (
               SELECT date_id FROM dim_date
                WHERE date_id / 100 = ${month.number} AND date_id % 100 BETWEEN ${day} AND ${day + 6}
             ) d
             CROSS JOIN generate_series(1, ${ADS}) n CROSS JOIN ${rows}`,
        )
      await session.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} ${boundsOf(month)}`)
      await session.query('COMMIT')
    }
    tell(`  ${month.number}`)
  }
  await session.query('VACUUM ANALYZE')
  const counts = FACT_TABLE_NAMES.map((table) => `(SELECT count(*) FROM ${table})`)
  const [counted] = await session.query(`SELECT ${counts.join(' + ')} AS facts`)
  return Number(counted?.facts)
}
