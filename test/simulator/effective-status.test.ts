import { expect, it } from 'vitest'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { createWorld } from '../../src/simulator/world.ts'

const NOW = Date.parse('2026-11-05T20:10:00Z')

function oneAd() {
  const world = createWorld({ seed: 1, nowMs: NOW, ads: 1, campaigns: 1 })
  const ad = world.accounts[0]?.ads[0]
  if (!ad) throw new Error('no ad')
  const show = () => [ad.adset.campaign, ad.adset, ad].map(effectiveStatus)
  return { world, ad, adset: ad.adset, campaign: ad.adset.campaign, show }
}

it('falls from a campaign upon its ad sets and ads', () => {
  const { world, campaign, show } = oneAd()
  world.setStatus(campaign.id, 'PAUSED')
  expect(show()).toEqual(['PAUSED', 'CAMPAIGN_PAUSED', 'CAMPAIGN_PAUSED'])
  world.setStatus(campaign.id, 'ARCHIVED')
  expect(show()).toEqual(['ARCHIVED', 'ARCHIVED', 'ARCHIVED'])
  world.setStatus(campaign.id, 'DELETED')
  expect(show()).toEqual(['DELETED', 'DELETED', 'DELETED'])
})

it('falls from an ad set upon its ads', () => {
  const { world, adset, ad, show } = oneAd()
  world.setStatus(adset.id, 'PAUSED')
  expect(show()).toEqual(['ACTIVE', 'PAUSED', 'ADSET_PAUSED'])
  world.setStatus(ad.id, 'PAUSED')
  expect(show()).toEqual(['ACTIVE', 'PAUSED', 'PAUSED'])
  world.setStatus(ad.id, 'DELETED')
  expect(show()).toEqual(['ACTIVE', 'PAUSED', 'DELETED'])
})
