import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../../src/extract/redact.ts'

describe('redact', () => {
  it('hides secrets by name, in addresses, forms and JSON', () => {
    const texts = [
      'https://graph.facebook.com/v26.0/act_1/insights?access_token=s3cr3t&limit=25',
      'appsecret_proof=s3cr3t',
      '{"access_token":"s3cr3t","x":1}',
      'next=%2Fads%3Faccess_token%3Ds3cr3t',
      'Authorization: Bearer s3cr3t',
      'input_token=s3cr3t&fb_exchange_token=s3cr3t&client_secret=s3cr3t',
    ]
    for (const text of texts) expect(redact(text)).not.toContain('s3cr3t')
    expect(redact(texts[0] ?? '')).toContain('&limit=25')
  })

  it('hides what looks like one of Meta’s tokens', () => {
    expect(redact('Malformed access token EAABsbCS1iHgBO0')).toBe('Malformed access token [hidden]')
  })

  it('hides each given secret wherever it stands, plain or encoded', () => {
    const secret = fc.stringMatching(/^[a-z0-9|+/=]{8,40}$/)
    const around = fc.stringMatching(/^[A-Z .]{0,10}$/)
    fc.assert(
      fc.property(secret, around, around, (hidden, before, after) => {
        const text = redact(`${before}${hidden}${after}${encodeURIComponent(hidden)}`, [hidden])
        expect(text).not.toContain(hidden)
        expect(text).not.toContain(encodeURIComponent(hidden))
      }),
    )
  })

  it('leaves other text alone, also when a secret is empty', () => {
    expect(redact('(#17) User request limit reached', [''])).toBe('(#17) User request limit reached')
  })
})
