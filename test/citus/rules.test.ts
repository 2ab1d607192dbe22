import { expect, it } from 'vitest'
import { lint } from '../../scripts/citus/lint.ts'
import { STATEMENT_RULES } from '../../scripts/citus/statement-rules.ts'
import { TRANSACTION_RULES } from '../../scripts/citus/transaction-rules.ts'

const SEQUENTIAL = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"

/** For each rule what it forbids, and what people write instead. */
const CASES: Readonly<
  Record<string, { readonly bad: readonly string[][]; readonly good: readonly string[][] }>
> = {
  'one account a transaction': {
    bad: [
      [
        'UPDATE etl_slice SET error = NULL WHERE account_id = 1',
        'DELETE FROM etl_slice WHERE account_id = 2',
      ],
    ],
    good: [
      [
        'UPDATE etl_slice SET error = NULL WHERE account_id = 1',
        "DELETE FROM etl_slice WHERE account_id = '1'",
      ],
    ],
  },
  'UPDATE and DELETE name the account': {
    bad: [
      ['DELETE FROM fact_core_metrics WHERE date_id = 20261101'],
      ['DELETE FROM fact_core_metrics_202611 f USING gone g WHERE f.account_id = g.account_id'],
      ['UPDATE dim_campaign_history SET valid_to = $1 WHERE account_id = 1 OR campaign_id = 2'],
    ],
    good: [
      ['DELETE FROM fact_core_metrics f WHERE f.account_id = $1 AND date_id = 20261101'],
      [
        'WITH gone AS (SELECT account_id FROM merged) DELETE FROM fact_core_metrics f USING gone g WHERE f.account_id = 1 AND f.account_id = g.account_id',
      ],
      [SEQUENTIAL, 'DELETE FROM etl_built_slice WHERE report = $1'],
    ],
  },
  'dimensions first, in their order, then facts, the ledger last': {
    bad: [
      ['INSERT INTO fact_core_metrics VALUES (1)', 'INSERT INTO dim_ad VALUES (1)'],
      ['INSERT INTO dim_ad VALUES (1)', 'INSERT INTO dim_campaign VALUES (1)'],
      ['INSERT INTO etl_slice VALUES (1)', 'COPY fact_core_metrics FROM STDIN'],
    ],
    good: [
      [
        'INSERT INTO dim_campaign VALUES (1)',
        'INSERT INTO dim_ad VALUES (1)',
        'COPY fact_core_metrics FROM STDIN',
        'INSERT INTO etl_slice VALUES (1)',
      ],
    ],
  },
  'DDL of what is distributed begins with the sequential mode': {
    bad: [
      [
        'CREATE TABLE fact_core_metrics_202611 PARTITION OF fact_core_metrics FOR VALUES FROM (1) TO (2)',
        SEQUENTIAL,
      ],
      ['ALTER TABLE dim_campaign ADD COLUMN a text'],
      ['DROP TABLE fact_core_metrics_202611_build'],
      ['TRUNCATE etl_slice'],
      ['CREATE INDEX i ON etl_slice (date)'],
    ],
    good: [
      [SEQUENTIAL, 'ALTER TABLE dim_campaign ADD COLUMN a text'],
      ['DROP TABLE merged_fact_core_metrics'],
    ],
  },
  'a partition is attached after everything but the ledger': {
    bad: [
      [
        SEQUENTIAL,
        'ALTER TABLE fact_core_metrics ATTACH PARTITION fact_core_metrics_202611 FOR VALUES FROM (1) TO (2)',
        'INSERT INTO dim_ad VALUES (1)',
      ],
    ],
    good: [
      [
        SEQUENTIAL,
        'ALTER TABLE fact_core_metrics ATTACH PARTITION fact_core_metrics_202611 FOR VALUES FROM (1) TO (2)',
        'INSERT INTO etl_slice VALUES (1)',
      ],
    ],
  },
  'one statement a query': { bad: [['SELECT 1; SELECT 2']], good: [['SELECT 1;']] },
  'no DELETE by what a local table lacks': {
    bad: [
      [
        'DELETE FROM fact_core_metrics f WHERE f.account_id = 1 AND NOT EXISTS (SELECT FROM merged m WHERE m.ad_id = f.ad_id)',
      ],
    ],
    good: [
      [
        'DELETE FROM fact_core_metrics WHERE account_id = 1 AND ad_id NOT IN (SELECT * FROM unnest($1::bigint[]))',
      ],
    ],
  },
  'no UPDATE of a dimension from a local table': {
    bad: [
      ['UPDATE dim_campaign d SET name = s.name FROM staged s WHERE s.id = d.campaign_id'],
      [
        'WITH c AS (SELECT * FROM staged) UPDATE dim_campaign d SET name = c.name FROM c WHERE c.id = d.campaign_id',
      ],
    ],
    good: [
      [
        'UPDATE dim_campaign d SET name = s.name FROM unnest($1::bigint[], $2::text[]) AS s (id, name) WHERE s.id = d.campaign_id',
      ],
    ],
  },
  'no MERGE': {
    bad: [['MERGE INTO fact_core_metrics f USING merged m ON f.ad_id = m.ad_id WHEN MATCHED THEN DELETE']],
    good: [['INSERT INTO fact_core_metrics SELECT * FROM merged ON CONFLICT DO NOTHING']],
  },
  'the account of a row does not change': {
    bad: [['UPDATE etl_slice SET account_id = 2 WHERE account_id = 1']],
    good: [
      [
        'INSERT INTO etl_slice AS e VALUES (1) ON CONFLICT (account_id, report, date) DO UPDATE SET account_id = excluded.account_id',
      ],
    ],
  },
  'an UPDATE calls nothing that changes by itself': {
    bad: [['UPDATE etl_slice SET loaded_at = clock_timestamp() WHERE account_id = 1']],
    good: [['UPDATE etl_slice SET loaded_at = now() WHERE account_id = 1']],
  },
  'dimensions are written in the order of their keys': {
    bad: [['INSERT INTO dim_ad SELECT * FROM staged']],
    good: [['INSERT INTO dim_ad SELECT * FROM staged ORDER BY ad_id'], ['INSERT INTO dim_ad VALUES (1)']],
  },
  'one action an ALTER, and each constraint named': {
    bad: [
      [SEQUENTIAL, 'ALTER TABLE dim_ad ADD COLUMN a text, ADD COLUMN b text'],
      [SEQUENTIAL, 'ALTER TABLE dim_ad ADD UNIQUE (name)'],
    ],
    good: [[SEQUENTIAL, 'ALTER TABLE dim_ad ADD CONSTRAINT dim_ad_name_key UNIQUE (name)']],
  },
  'tables are logged': {
    bad: [['CREATE UNLOGGED TABLE etl_x (a bigint)']],
    good: [['CREATE TEMP TABLE x (a bigint)']],
  },
  'no trigger': {
    bad: [['CREATE TRIGGER t AFTER INSERT ON etl_run EXECUTE FUNCTION f()']],
    good: [["NOTIFY etl_run, '1'"]],
  },
  'no CONCURRENTLY on a parent': {
    bad: [
      [SEQUENTIAL, 'ALTER TABLE fact_core_metrics DETACH PARTITION fact_core_metrics_202611 CONCURRENTLY'],
      [SEQUENTIAL, 'CREATE INDEX CONCURRENTLY i ON fact_core_metrics (ad_id)'],
    ],
    good: [[SEQUENTIAL, 'ALTER TABLE fact_core_metrics DETACH PARTITION fact_core_metrics_202611']],
  },
  'a table with accounts and a local one do not meet in one FROM': {
    bad: [['SELECT 1 FROM etl_slice s JOIN etl_run r ON r.run_id = s.run_id']],
    good: [
      [
        'SELECT 1 FROM merged m LEFT JOIN (SELECT * FROM fact_core_metrics WHERE account_id = 1) f ON f.ad_id = m.ad_id',
      ],
      ['SELECT 1 FROM etl_slice s JOIN dim_account a ON a.account_id = s.account_id'],
    ],
  },
  'no dimension by what facts lack': {
    bad: [
      ['SELECT 1 FROM dim_ad a WHERE NOT EXISTS (SELECT FROM fact_core_metrics f WHERE f.ad_id = a.ad_id)'],
      ['SELECT 1 FROM dim_ad a WHERE a.ad_id NOT IN (SELECT ad_id FROM fact_core_metrics)'],
    ],
    good: [['SELECT ad_id FROM dim_ad EXCEPT SELECT ad_id FROM fact_core_metrics']],
  },
  'no LATERAL of facts for each row of a dimension': {
    bad: [
      [
        'SELECT 1 FROM dim_ad a, LATERAL (SELECT 1 FROM fact_core_metrics f WHERE f.ad_id = a.ad_id LIMIT 3) x',
      ],
    ],
    good: [
      [
        'SELECT 1 FROM (SELECT ad_id, rank() OVER (PARTITION BY account_id ORDER BY spend) FROM fact_core_metrics) f',
      ],
    ],
  },
  'no ROLLUP, CUBE or GROUPING SETS straight on facts': {
    bad: [['SELECT sum(spend) FROM fact_core_metrics GROUP BY ROLLUP (account_id)']],
    good: [
      ['SELECT sum(spend) FROM fact_core_metrics WHERE account_id = 1 GROUP BY ROLLUP (ad_id)'],
      [
        'SELECT sum(s) FROM (SELECT account_id, sum(spend) AS s FROM fact_core_metrics GROUP BY 1 OFFSET 0) x GROUP BY ROLLUP (account_id)',
      ],
    ],
  },
  'rows of accounts are locked for one account': {
    bad: [['SELECT 1 FROM etl_slice WHERE report = $1 FOR UPDATE SKIP LOCKED']],
    good: [
      ['SELECT 1 FROM etl_slice WHERE account_id = $1 FOR UPDATE'],
      ['SELECT 1 FROM etl_run FOR UPDATE SKIP LOCKED'],
    ],
  },
  'no recursion into facts of all accounts': {
    bad: [
      [
        'WITH RECURSIVE d AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM d WHERE n < 9) SELECT 1 FROM d JOIN fact_core_metrics f ON f.date_id = d.n',
      ],
    ],
    good: [['SELECT 1 FROM generate_series(1, 9) n JOIN fact_core_metrics f ON f.date_id = n']],
  },
  'facts are filtered by their own date_id': {
    bad: [
      [
        "SELECT 1 FROM fact_core_metrics f JOIN dim_date d ON d.date_id = f.date_id WHERE d.date > '2026-11-01'",
      ],
    ],
    good: [
      [
        'SELECT 1 FROM fact_core_metrics f JOIN dim_date d ON d.date_id = f.date_id WHERE f.date_id > 20261101',
      ],
    ],
  },
  'no dimension LEFT JOIN facts': {
    bad: [['SELECT 1 FROM dim_date d LEFT JOIN fact_core_metrics f ON f.date_id = d.date_id']],
    good: [
      [
        'SELECT 1 FROM dim_date d LEFT JOIN (SELECT date_id FROM fact_core_metrics GROUP BY 1) f ON f.date_id = d.date_id',
      ],
    ],
  },
  'distributed tables are made and dropped one a statement': {
    bad: [[SEQUENTIAL, 'DROP TABLE fact_core_metrics_202611, fact_core_metrics_202612']],
    good: [['DROP TABLE merged_fact_core_metrics, changed_fact_core_metrics']],
  },
}

const rulesOf = async (transaction: readonly string[]) =>
  new Set((await lint([transaction.map((sql) => ({ sql, params: ['1'] }))])).map(({ rule }) => rule))

it.each(Object.entries(CASES))('%s', async (rule, { bad, good }) => {
  for (const transaction of bad)
    expect([...(await rulesOf(transaction))], transaction.join('; ')).toContain(rule)
  for (const transaction of good)
    expect([...(await rulesOf(transaction))], transaction.join('; ')).not.toContain(rule)
})

it('each rule has its cases', () => {
  expect(Object.keys(CASES).sort()).toEqual(
    [...Object.keys(STATEMENT_RULES), ...Object.keys(TRANSACTION_RULES)].sort(),
  )
})
