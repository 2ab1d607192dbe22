import { Command, Option, type OutputConfiguration } from 'commander'
import type { Context } from './context.ts'
import type { ExitStatus } from './exit-status.ts'
import { LOG_FORMATS, type LogFormat } from './log-format.ts'

/** What every command takes. */
export interface OutputFlags {
  readonly json: boolean
  readonly verbose: boolean
  readonly quiet: boolean
  readonly color: boolean
  /** Null: as FBADS_LOG_FORMAT says. */
  readonly logFormat: LogFormat | null
}

type Perform = (context: Context) => Promise<ExitStatus>
type Run = (flags: OutputFlags, perform: Perform) => Promise<void>

const collect = (value: string, before: string[] = []) => [...before, value]

/** The command line. Commands are loaded when they are called: a small one need not pay for a large one. */
export function createProgram(version: string, run: Run, output: OutputConfiguration = {}): Command {
  const program = new Command('fbads')
    .description('Facebook (Meta) Ads to PostgreSQL: a star schema that stays true.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(--help shows what is possible)')
    .exitOverride()
    .configureOutput(output)
    .addHelpText(
      'after',
      `
First steps:
  $ fbads demo --serve              a loaded warehouse from a simulated account in a browser, no token needed
  $ fbads init                      connect your ad account
  $ fbads doctor                    check token, account and database
  $ fbads sync                      load what is missing, and the last 28 days again
  $ fbads serve                     show what is loaded in a browser
  $ fbads query "SELECT * FROM v_account_daily ORDER BY date DESC LIMIT 7"

Put FACEBOOK_ACCESS_TOKEN and FACEBOOK_AD_ACCOUNT_ID into .env, and DATABASE_URL for a PostgreSQL server;
without it the warehouse is embedded, in .fbads/warehouse.

Exit status: 0 done, 1 failed, 2 wrong use, 3 partly loaded, 4 a check failed, 5 not permitted, 130 interrupted`,
    )

  const add = (name: string, summary: string, examples: string): Command =>
    program
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .addOption(
        new Option('--json', 'print one JSON document on stdout; everything for people goes to stderr'),
      )
      .option('--verbose', 'say more: each request, each retry')
      .option('--quiet', 'say only what is wrong')
      .option('--no-color', 'no colours (NO_COLOR does the same)')
      .addOption(
        new Option(
          '--log-format <format>',
          'text, or json: everything for people as lines of JSON on stderr (FBADS_LOG_FORMAT does the same)',
        ).choices(LOG_FORMATS),
      )
      .addHelpText('after', `\nExamples:\n${examples.replace(/^/gm, '  $ ')}`)

  const withAccounts = (command: Command) =>
    command.option('--account <id>', 'this ad account instead of FACEBOOK_AD_ACCOUNT_ID; repeatable', collect)
  const withSources = (command: Command) =>
    command.option('--source <name>', 'only this source of fbads.config.json; repeatable', collect)
  const withDays = (command: Command) =>
    command
      .option('--since <date>', 'first day, YYYY-MM-DD')
      .option('--until <date>', 'last day, included; today when left out')
      .option('--days <n>', "the last n days, each account's today included")

  withAccounts(
    add(
      'init',
      'ask for token, account and database, try them, and write .env',
      'fbads init\nprintf %s "$TOKEN" | fbads init --token-stdin --account all --database embedded',
    ),
  )
    .option('--token-stdin', 'read the token from stdin, and the app’s secret from its second line')
    .option('--database <address>', 'postgres://…, or embedded')
    .option('--config', 'make fbads.config.json, too')
    .option('--force', 'replace the variables of a .env that is there; all else in it stays')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/init.ts')).init(flags, context)),
    )

  withSources(
    withDays(
      withAccounts(
        add(
          'sync',
          'load insights and metadata into the warehouse, and check them',
          `fbads sync
fbads sync --days 7
fbads sync --since 2026-01-01 --until 2026-01-31 --account act_123 --report core
fbads sync --dry-run
fbads sync --json | jq .slices
fbads sync --queue --detach`,
        ),
      ),
    ),
  )
    .option('--report <name>', 'only this report: core, age_gender or country; repeatable', collect)
    .option(
      '--max-wait <minutes>',
      'how long a call waits for rate limits before its days are left to the next sync',
      '60',
    )
    .option('--dry-run', 'show the plan; no call, nothing written')
    .option(
      '--queue',
      'plan into the queue, for fbads worker, and follow to the end; needs a PostgreSQL server',
    )
    .option('--detach', 'with --queue: do not follow')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/sync.ts')).sync(flags, context)),
    )

  const withDemo = (command: Command) =>
    command.option('--demo', "the demo's warehouse instead of the configured one")

  withDemo(
    withDays(
      withAccounts(
        add(
          'validate',
          'check the quality of what is loaded, without a sync',
          'fbads validate\nfbads validate --days 28 --json',
        ),
      ),
    ),
  ).action((flags) =>
    run(toFlags(flags), async (context) => (await import('./commands/validate.ts')).validate(flags, context)),
  )

  withDemo(
    add(
      'status',
      'show the last runs, and which days are loaded, missing or failed',
      'fbads status\nfbads status --account act_123 --days 450\nfbads status --json\nfbads status --check --quiet',
    ),
  )
    .option('--account <id>', 'only this ad account; repeatable', collect)
    .option('--days <n>', 'so many days in the calendar, instead of as many as fit into a line')
    .option('--follow', 'show the newest run of the queue until it ends')
    .option(
      '--check',
      'also tell incidents, and exit with 5 for a token that ends, 1 after a run that failed, 4 for a stale account or a failed check, 3 after a part',
    )
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/status.ts')).status(flags, context)),
    )

  withDemo(
    add(
      'query',
      'run one statement that reads, against the configured warehouse',
      `fbads query "SELECT campaign_name, sum(spend) FROM v_campaign_daily GROUP BY 1 ORDER BY 2 DESC"
fbads query --json "SELECT * FROM dim_campaign"`,
    ),
  )
    .argument('<sql>', 'the statement')
    .action((sql: string, flags) =>
      run(toFlags(flags), async (context) =>
        (await import('./commands/query.ts')).query(sql, flags, context),
      ),
    )

  withServer(
    withDemo(
      add(
        'serve',
        'show the warehouse in a browser: the dashboard',
        'fbads serve\nfbads serve --demo --port 0\nfbads serve --sync-every 60',
      ),
    ),
  )
    .option(
      '--sync-every <minutes>',
      'sync by itself; for the embedded warehouse, which has one owner at a time',
    )
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/serve.ts')).serve(flags, context)),
    )

  withDemo(
    withDays(
      withAccounts(
        add(
          'report',
          'write one page about some days, to be mailed: HTML, PDF or PNG',
          'fbads report --out report.html\nfbads report --since 2026-11-01 --until 2026-11-30 --account act_123 --out november.pdf',
        ),
      ),
    ),
  )
    .requiredOption('--out <file>', 'where to: report.html, report.pdf or report.png')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/report.ts')).report(flags, context)),
    )

  withSources(
    add('doctor', 'check settings, token, account, API and database, and say what to do', 'fbads doctor'),
  ).action((flags) =>
    run(toFlags(flags), async (context) => (await import('./commands/doctor.ts')).doctor(flags, context)),
  )

  add(
    'migrate',
    'bring the warehouse’s schema up to date (a sync does it by itself)',
    'fbads migrate\nfbads migrate --citus',
  )
    .option('--citus', 'also spread it over the nodes of Citus, by account')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/migrate.ts')).migrate(flags, context)),
    )

  add(
    'worker',
    'take requests from the queue: any number of processes, on any number of machines',
    'fbads worker\nfbads worker --concurrency 16',
  )
    .option('--concurrency <n>', 'requests at a time', '8')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/worker.ts')).worker(flags, context)),
    )

  add(
    'schedule',
    'start runs by the cron expressions of the settings, for workers; however many of these run, each starts once',
    'fbads schedule',
  ).action((flags) =>
    run(toFlags(flags), async (context) => (await import('./commands/schedule.ts')).schedule(context)),
  )

  add('retry', 'take failed requests of the queue up again', 'fbads retry\nfbads retry --run 17')
    .option('--run <id>', 'of this run instead of the newest')
    .action((flags) =>
      run(toFlags(flags), async (context) => (await import('./commands/retry.ts')).retry(flags, context)),
    )

  withFleet(
    add(
      'plan-capacity',
      'simulate a day of many ad accounts: hours, workers, database size, and what limits them',
      `fbads plan-capacity --accounts 10000 --ads 200
fbads plan-capacity --accounts 500 --ads 200 --giants 10 --giant-ads 10000 --first --workers 4
fbads plan-capacity --accounts 50 --ads 100 --tier development --json`,
    ),
  ).action((flags) =>
    run(toFlags(flags), async (context) =>
      (await import('./commands/plan-capacity.ts')).planCapacityFor(flags, context),
    ),
  )

  withWorld(
    add(
      'simulate',
      'serve a Marketing API on 127.0.0.1 with generated accounts',
      `fbads simulate
fbads simulate --port 8400 --accounts 3 --ads 200 --days 120`,
    ),
  )
    .option('--port <n>', 'the port; 0 picks a free one', '8400')
    .option(
      '--token <name=n>',
      'a token that reaches n of the accounts, and no other token is good; repeatable; else any reaches all',
      collect,
    )
    .action((flags) =>
      run(toFlags(flags), async (context) =>
        (await import('./commands/simulate.ts')).simulate(flags, context),
      ),
    )

  withServer(
    withWorld(
      add(
        'demo',
        'simulate and sync in one go, into an embedded warehouse of its own',
        'fbads demo\nfbads demo --serve\nfbads demo --accounts 3 --ads 100 --days 60',
      ),
    ).option('--serve', 'show the dashboard then, until Ctrl-C'),
  ).action((flags) =>
    run(toFlags(flags), async (context) => (await import('./commands/demo.ts')).demo(flags, context)),
  )

  return program
}

function withServer(command: Command): Command {
  return command
    .option(
      '--host <address>',
      'the address to listen on; all but 127.0.0.1 need FBADS_DASHBOARD_TOKEN',
      '127.0.0.1',
    )
    .option('--port <n>', 'the port; 0 picks a free one', '8321')
}

function withWorld(command: Command): Command {
  return command
    .option('--world <name>', 'random, or reference: 15 campaigns, 5,800 link clicks, a CTR of 0.35 %')
    .option('--seed <n>', 'the same number makes the same world')
    .option('--accounts <n>', 'ad accounts')
    .option('--ads <n>', 'ads in each account')
    .option('--days <n>', 'days of history')
    .option(
      '--latency <ms>',
      'of each call: 80, between two: 80..400, or as half and 99 % of the calls have it: 80/900',
    )
    .option('--faults <list>', 'what goes wrong, by name and share, e.g. "transient=10%,throttle=5%"')
    .option('--rate-limit <limit>', 'development, standard, or calls an hour in each use case of an account')
    .option('--usage <percent>', 'what the usage headers say at least')
}

function withFleet(command: Command): Command {
  return command
    .requiredOption('--accounts <n>', 'ad accounts')
    .requiredOption('--ads <n>', 'ads in each account')
    .option('--giants <n>', 'so many of the accounts have more ads', '0')
    .option('--giant-ads <n>', 'ads in each of these', '10000')
    .option('--reports <names>', 'with commas between; those of the settings when left out')
    .option('--first', 'a first sync, of firstPullDays, instead of a day')
    .option('--days <n>', 'the days that the sync reads, instead of dailyPullDays or firstPullDays')
    .option('--active <percent>', 'of the ads, those that have figures on a day', '35')
    .option('--restated <percent>', 'of the days that are read again, those whose figures have changed', '25')
    .option('--latency <ms>', 'of each call', '300')
    .option('--workers <n>', 'how long so many take; the fewest that are done in time when left out')
    .option('--concurrency <n>', 'requests at a time in each worker; maxWorkers when left out')
    .option('--within <hours>', 'how long a sync may take', '4')
    .option('--database-cores <n>', 'cores of the PostgreSQL server', '4')
    .option(
      '--tier <name>',
      'access to the Marketing API: development (limited) or standard (full)',
      'standard',
    )
    .option('--apps <n>', 'apps that share the accounts, each with some of them', '1')
}

function toFlags(flags: Partial<OutputFlags>): OutputFlags {
  return {
    json: flags.json ?? false,
    verbose: flags.verbose ?? false,
    quiet: flags.quiet ?? false,
    color: flags.color ?? true,
    logFormat: flags.logFormat ?? null,
  }
}
