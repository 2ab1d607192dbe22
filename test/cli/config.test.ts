import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSource, readVariables } from '../../src/cli/config.ts'
import { readSettings } from '../../src/cli/read-settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbads-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (file: string, text: string) => writeFileSync(join(folder, file), text)

describe('.env', () => {
  it('lies under the real environment', () => {
    write(
      '.env',
      'FBADS_SCHEMA=from_file\nDATABASE_URL="postgres://a/b" # comment\nexport FACEBOOK_APP_ID=7\n',
    )
    expect(readVariables(folder, { FBADS_SCHEMA: 'real', EMPTY: '' })).toEqual({
      FBADS_SCHEMA: 'real',
      DATABASE_URL: 'postgres://a/b',
      FACEBOOK_APP_ID: '7',
    })
  })

  it('that is malformed is refused by its line, without its content', () => {
    write('.env', '# fine\nFACEBOOK_ACCESS_TOKEN\nEAAsecret\n')
    expect(() => readVariables(folder, {})).toThrow('line 2 is not written NAME=value')
    expect(() => readVariables(folder, {})).not.toThrow('EAAsecret')
  })
})

const SOURCE = { name: 'north', tokenEnv: 'NORTH_TOKEN', accounts: 'all' }

describe('settings', () => {
  it('have the defaults of the contract', () => {
    expect(readSettings(folder, {})).toMatchObject({
      firstPullDays: 450,
      dailyPullDays: 28,
      chunkDays: 7,
      maxWorkers: 8,
      metaMaxWorkers: 4,
      maxInFlightMb: 64,
      reports: ['core', 'age_gender', 'country'],
    })
    expect(readSettings(folder, {}).baseFieldsToPull).toEqual(
      expect.arrayContaining(['inline_link_clicks', 'outbound_clicks', 'actions', 'spend']),
    )
  })

  it('come from the file, and the environment wins', () => {
    write('fbads.config.json', '{"chunkDays": 3, "maxWorkers": 2, "validation": {"maxCtr": 0.5}}')
    const settings = readSettings(folder, { FBADS_MAX_WORKERS: '5', FBADS_REPORTS: 'core, country' })
    expect(settings).toMatchObject({ chunkDays: 3, maxWorkers: 5, reports: ['core', 'country'] })
    expect(settings.validation).toMatchObject({ maxCtr: 0.5, minCtr: 0.0005 })
  })

  it.each([
    ['{"chunkdays": 3}', 'fbads.config.json: chunkdays is not a setting; known are firstPullDays'],
    ['{"chunkDays": "a lot"}', 'chunkDays is "a lot"; it must be a whole number from 1 to 90.'],
    ['{"chunkDays": 0}', 'fbads.config.json: chunkDays is 0; it must be a whole number from 1 to 90.'],
    ['{"chunkDays": 1.5}', 'chunkDays is 1.5; it must be a whole number from 1 to 90.'],
    ['{"chunkDays": null}', 'chunkDays is null; it must be a whole number from 1 to 90.'],
    ['{"reports": ["hourly"]}', 'reports.0 is "hourly"; it must be one of core, age_gender, country.'],
    ['{"reports": []}', 'reports is []; it must be one or more of core, age_gender, country, none twice.'],
    ['{"reports": ["core", "core"]}', 'reports is ["core","core"]; it must be one or more of core, '],
    ['{"reports": "core"}', 'reports is "core"; it must be one or more of core, '],
    [
      '{"baseFieldsToPull": ["a b"]}',
      'baseFieldsToPull.0 is "a b"; it must be the name of an insights field.',
    ],
    ['{"baseFieldsToPull": 1}', 'is 1; it must be a list, each entry the name of an insights field.'],
    ['{"validation": 1}', 'validation is 1; it must be an object.'],
    ['{"validation": {"maxCtr": 2}}', 'validation.maxCtr is 2; it must be a number from 0 to 1.'],
    ['{"validation": {"spendJump": 0}}', 'spendJump is 0; it must be a number of at least 1.'],
    [
      '{"validation": {"clicklessImpressions": 0}}',
      'clicklessImpressions is 0; it must be a whole number of at least 1.',
    ],
    [
      '{"validation": {"ctr": 1}}',
      'fbads.config.json: validation.ctr is not a setting; known are unknownNames',
    ],
    ['{"sources": [1]}', 'sources.0 is not right, and not repeated here: it must be an object.'],
    [
      '{"sources": {}}',
      'sources is not right, and not repeated here: it must be a list of sources, no two of',
    ],
    [
      JSON.stringify({ sources: [SOURCE, SOURCE] }),
      'fbads.config.json: sources is not right, and not repeated here: it must be a list of sources, no two of',
    ],
    [
      JSON.stringify({ sources: [{ ...SOURCE, name: 'The North' }] }),
      'sources.0.name is not right, and not repeated here: it must be a name of up to 32 small letters',
    ],
    [
      JSON.stringify({ sources: [{ ...SOURCE, accounts: [120213328950940104n.toString(), 5] }] }),
      'sources.0.accounts is not right, and not repeated here: it must be "all", or a list, each entry',
    ],
    [
      JSON.stringify({ sources: [{ name: 'north', accounts: 'all' }] }),
      'sources.0.tokenEnv is not right, and not repeated here: it must be the name of an environment variable',
    ],
    [
      JSON.stringify({ sources: [{ ...SOURCE, token: 'x' }] }),
      'fbads.config.json: sources.0.token is not a setting; known are name, tokenEnv, accounts, appIdEnv',
    ],
    ['[1]', 'must hold an object'],
    ['{', 'fbads.config.json cannot be read'],
  ])('refuse %s and name the key, what was found and what is allowed', (text, message) => {
    write('fbads.config.json', text)
    expect(() => readSettings(folder, {})).toThrow(message)
  })

  const token = fc.string({ minLength: 20, maxLength: 60, unit: fc.constantFrom(...'ABXYZabxyz0189') })
  it.each(['tokenEnv', 'appIdEnv', 'appSecretEnv', 'token', 'name', 'accounts'])(
    'never repeat a token that was put into %s of a source',
    (key) => {
      const property = fc.property(token, fc.boolean(), (random, isInFile) => {
        const secret = `EAAb${random}`
        const sources = JSON.stringify([{ ...SOURCE, [key]: secret }])
        write('fbads.config.json', isInFile ? `{"sources": ${sources}}` : '{}')
        const reading = () => readSettings(folder, isInFile ? {} : { FBADS_SOURCES: sources })
        expect(reading).toThrow(/sources|FBADS_SOURCES/)
        expect(reading).not.toThrow(secret)
      })
      fc.assert(property, { numRuns: 20 })
    },
  )

  it('never repeat a token that stands in a file which is no JSON', () => {
    const secret = 'EAAbtoken0of0config'
    for (const text of [`{"sources": ${secret}}`, secret, `{"sources": [{"tokenEnv": "${secret}" 1}]}`]) {
      write('fbads.config.json', text)
      const reading = () => readSettings(folder, {})
      expect(reading).toThrow(/^fbads.config.json cannot be read: \w/)
      expect(reading).not.toThrow(secret.slice(0, 5))
    }
    expect(() => readSettings(folder, { FBADS_SOURCES: secret })).not.toThrow(secret)
  })

  it('name the variable when the environment is wrong', () => {
    expect(() => readSettings(folder, { FBADS_CHUNK_DAYS: 'x' })).toThrow(
      /^FBADS_CHUNK_DAYS is "x"; it must be a whole number from 1 to 90\.\n/,
    )
    expect(() => readSettings(folder, { FBADS_VALIDATION: '{"ctr": 1}' })).toThrow(
      'FBADS_VALIDATION.ctr is not a setting',
    )
  })

  it('take single thresholds from the environment, and the others from the file', () => {
    write('fbads.config.json', '{"validation": {"maxCtr": 0.5, "minCtr": 0.1}}')
    const { validation } = readSettings(folder, { FBADS_VALIDATION: '{"maxCtr": 0.4}' })
    expect(validation).toMatchObject({ maxCtr: 0.4, minCtr: 0.1, spendJump: 5 })
  })
})

describe('credentials', () => {
  const given = { FACEBOOK_ACCESS_TOKEN: 'EAAtoken', FACEBOOK_AD_ACCOUNT_ID: 'act_1, 2,act_1' }

  it('name accounts with or without act_, each once', () => {
    expect(readSource(given, [])).toMatchObject({
      accounts: ['1', '2'],
      graphUrl: 'https://graph.facebook.com',
      apiVersion: 'v26.0',
    })
    expect(readSource(given, ['act_9'])).toMatchObject({ accounts: ['9'] })
    expect(readSource({ ...given, FACEBOOK_AD_ACCOUNT_ID: 'all' }, [])).toMatchObject({ accounts: 'all' })
  })

  it.each([
    [{ FACEBOOK_ACCESS_TOKEN: '' }, 'FACEBOOK_ACCESS_TOKEN is not set'],
    [{ FACEBOOK_AD_ACCOUNT_ID: undefined }, 'FACEBOOK_AD_ACCOUNT_ID is not set'],
    [{ FACEBOOK_AD_ACCOUNT_ID: 'my shop' }, '"my shop" is not an ad account id'],
    [{ FACEBOOK_AD_ACCOUNT_ID: ',' }, 'No ad account is named'],
    [{ FACEBOOK_GRAPH_URL: 'http://graph.example.com' }, 'must be an https:// address'],
    [{ FACEBOOK_GRAPH_URL: 'graph' }, 'must be an https:// address'],
    [{ FACEBOOK_API_VERSION: '26' }, 'must look like v26.0'],
  ])('that are wrong say so: %j', (wrong, message) => {
    expect(() => readSource({ ...given, ...wrong }, [])).toThrow(message)
  })

  it('may travel in the clear to this machine alone', () => {
    expect(readSource({ ...given, FACEBOOK_GRAPH_URL: 'http://127.0.0.1:8400/' }, []).graphUrl).toBe(
      'http://127.0.0.1:8400',
    )
  })
})
