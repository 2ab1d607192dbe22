import type { SumName } from './measures.ts'

/** The way from an impression to a purchase, step by step, with what people call each. */
export const FUNNEL = [
  ['impressions', 'Impressions'],
  ['inline_link_clicks', 'Link clicks'],
  ['landing_page_views', 'Landing page views'],
  ['add_to_cart', 'Adds to cart'],
  ['initiate_checkout', 'Checkouts initiated'],
  ['purchases', 'Purchases'],
] as const satisfies readonly (readonly [SumName, string])[]
