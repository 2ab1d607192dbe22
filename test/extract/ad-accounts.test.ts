import { describe, expect, it } from 'vitest'
import { readAdAccount, readAdAccounts } from '../../src/extract/ad-accounts.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createTestApi, json, page, unaborted } from './support/test-api.ts'

describe('ad accounts whose records are strange', () => {
  it('are told by either of their ids, and those that say neither are all kept', async () => {
    const sent = [
      { account_id: '1' },
      { id: 'act_1' },
      { id: 'act_2', account_id: 2 },
      {},
      {},
      { id: ['act_1'] },
    ]
    const { api } = createTestApi(() => page(sent, null))
    expect(await readAdAccounts(api, unaborted())).toEqual([
      { id: 'act_1' },
      sent[2],
      {},
      {},
      { id: ['act_1'] },
    ])
  })

  it.each([{ id: 'act_2', account_id: '2' }, { account_id: 2 }, { id: 'act_2' }])(
    'are not taken for the one that was asked for: %j',
    async (record) => {
      const { api } = createTestApi(() => json(record))
      await expect(readAdAccount(api, parseAccountId('1'), unaborted())).rejects.toMatchObject({
        kind: 'transient',
        message: expect.stringContaining('GET act_1: the answer is about act_2'),
      })
    },
  )
})
