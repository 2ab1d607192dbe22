import { describe, expect, it } from 'vitest'
import { CONVERSIONS, categoryOf, isCanonical } from '../../src/model/action-type.ts'

const CATEGORY_OF_MEASURE = {
  purchases: 'purchase',
  leads: 'lead',
  add_to_cart: 'add_to_cart',
  initiate_checkout: 'initiate_checkout',
  landing_page_views: 'landing_page_view',
  video_views: 'video',
} as const satisfies Record<keyof typeof CONVERSIONS, string>

describe('the category of an action type', () => {
  it.each(Object.entries(CONVERSIONS))(
    'is one for all aliases of %s, and the first alone is canonical',
    (measure, aliases) => {
      const category = CATEGORY_OF_MEASURE[measure as keyof typeof CONVERSIONS]
      expect(aliases.map(categoryOf)).toEqual(aliases.map(() => category))
      expect(aliases.filter(isCanonical)).toEqual([aliases[0]])
    },
  )

  it.each([
    ['onsite_web_app_purchase', 'purchase'],
    ['web_in_store_purchase', 'purchase'],
    ['offsite_content_view_add_meta_leads', 'view_content'],
    ['onsite_conversion.messaging_conversation_started_7d', 'messaging'],
    ['onsite_conversion.post_save', 'engagement'],
    ['offsite_conversion.fb_pixel_custom.my_event', 'custom_conversion'],
    ['offsite_conversion.custom.1234', 'custom_conversion'],
    ['app_custom_event.other', 'app_event'],
    ['link_click', 'link_click'],
    ['post', 'engagement'],
  ])('%s counts as %s', (actionType, category) => {
    expect(categoryOf(actionType)).toBe(category)
  })

  it('is "other", and never canonical, for a type that no rule knows', () => {
    expect(categoryOf('omni_teleport')).toBe('other')
    expect(isCanonical('omni_teleport')).toBe(false)
  })
})
