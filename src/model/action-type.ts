/**
 * The action types that each conversion measure is read from: the first that a row carries wins, count and
 * value from the same one. Never a sum, since the API reports one purchase under up to seven aliases.
 */
export const CONVERSIONS = {
  purchases: [
    'omni_purchase',
    'purchase',
    'offsite_conversion.fb_pixel_purchase',
    'onsite_conversion.purchase',
    'app_custom_event.fb_mobile_purchase',
  ],
  leads: ['lead', 'onsite_conversion.lead_grouped', 'offsite_conversion.fb_pixel_lead'],
  add_to_cart: ['omni_add_to_cart', 'add_to_cart', 'offsite_conversion.fb_pixel_add_to_cart'],
  initiate_checkout: [
    'omni_initiated_checkout',
    'initiate_checkout',
    'offsite_conversion.fb_pixel_initiate_checkout',
  ],
  landing_page_views: ['landing_page_view', 'omni_landing_page_view'],
  video_views: ['video_view'],
} as const satisfies Record<string, readonly string[]>

export type ActionCategory =
  | 'purchase'
  | 'lead'
  | 'add_to_cart'
  | 'initiate_checkout'
  | 'landing_page_view'
  | 'view_content'
  | 'search'
  | 'add_payment_info'
  | 'add_to_wishlist'
  | 'complete_registration'
  | 'app_install'
  | 'app_event'
  | 'custom_conversion'
  | 'video'
  | 'link_click'
  | 'messaging'
  | 'engagement'
  | 'other'

/** The one alias of each category that counts everything once; categories that mix events have none. */
const CANONICAL: Partial<Record<ActionCategory, string>> = {
  purchase: CONVERSIONS.purchases[0],
  lead: CONVERSIONS.leads[0],
  add_to_cart: CONVERSIONS.add_to_cart[0],
  initiate_checkout: CONVERSIONS.initiate_checkout[0],
  landing_page_view: CONVERSIONS.landing_page_views[0],
  video: CONVERSIONS.video_views[0],
  view_content: 'omni_view_content',
  search: 'omni_search',
  add_payment_info: 'add_payment_info',
  complete_registration: 'omni_complete_registration',
  app_install: 'omni_app_install',
  link_click: 'link_click',
}

/** Where an event was measured; what follows is its name. Longer prefixes stand before their beginnings. */
const CHANNEL =
  /^(?:omni_|onsite_web_app_|onsite_web_|onsite_app_|web_app_in_store_|web_in_store_|onsite_conversion\.|offline_conversion\.|offsite_conversion\.fb_pixel_|app_custom_event\.fb_mobile_)/

/** Read downwards, the first that matches the event's name wins. */
const CATEGORIES: readonly (readonly [ActionCategory, RegExp])[] = [
  ['custom_conversion', /^(?:offsite_conversion\.custom|custom(?:$|\.))/],
  ['purchase', /^purchase$/],
  ['add_to_cart', /^add_to_cart$/],
  ['add_to_wishlist', /^add_to_wishlist$/],
  ['initiate_checkout', /^initiated?_checkout$/],
  ['add_payment_info', /^add_payment_info$/],
  ['landing_page_view', /^landing_page_view$/],
  ['view_content', /^(?:view_content|content_view|offsite_content_view_add_meta_leads)$/],
  ['search', /^(?:search|offsite_search_add_meta_leads)$/],
  ['complete_registration', /^(?:complete_registration|offsite_complete_registration_add_meta_leads)$/],
  ['lead', /^(?:lead|lead_grouped|leadgen_grouped|leadgen\.other)$/],
  ['app_install', /^(?:mobile_)?app_install$/],
  ['messaging', /messaging/],
  ['video', /^video_/],
  ['link_click', /^(?:link|outbound)_click$/],
  ['app_event', /^(?:app_custom_event|activate_app|app_use$|credit_spent$|games\.)/],
  [
    'engagement',
    /^(?:page_engagement|post_|post$|comment$|like$|photo_view$|rsvp$|checkin$|mention$|follow$|receive_offer$|tab_view$)/,
  ],
]

/** What an action type counts, also for one that has never been seen before. */
export function categoryOf(actionType: string): ActionCategory {
  const event = actionType.replace(CHANNEL, '')
  return CATEGORIES.find(([, pattern]) => pattern.test(event))?.[0] ?? 'other'
}

/** True for the one alias that its category's measure is read from. */
export function isCanonical(actionType: string): boolean {
  return CANONICAL[categoryOf(actionType)] === actionType
}
