import type { Random } from './random.ts'

const PRODUCTS = [
  'Running Shoes',
  'Winter Jacket',
  'Espresso Kit',
  'Yoga Mat',
  'Desk Lamp',
  'Travel Bag',
  'Sneaker Café',
]
const AUDIENCES = [
  'Lookalike 1%',
  'Retargeting 30d',
  'Broad',
  'Interest: Fitness & Health',
  'Cart Abandoners',
  'Ältere 45+',
]
const HOOKS = ['UGC', 'Carousel', 'Static', 'Reel 15s', 'Founder Story', 'Testimonial']

/** What owners really type: emoji, quotes, line breaks, tabs, backslashes, marks that turn the text around. */
const ODDITIES = [
  ' 🔥 50% OFF',
  ' "limited"',
  " | it's back",
  '\nsecond line',
  '\ttabbed',
  ' C:\\ads\\new',
  ' \u200f\u0645\u0628\u064a\u0639\u0627\u062a\u200e',
  ' 👩‍👩‍👧 family',
  ' &amp; <b>more</b>',
  ' \\u0041 \\N',
  ' 日本語',
  ' $1; DROP TABLE--',
]

/** Text that PostgreSQL cannot hold, as it comes out of the API now and then. */
const UNSTORABLE = [' nul\u0000byte', ' half\ud83d']

export function campaignName(objective: string, random: Random): string {
  return `${objective.replace('OUTCOME_', '')} – ${random.pick(PRODUCTS)}${oddity(random)}`
}

export function adsetName(random: Random): string {
  return `${random.pick(AUDIENCES)}${oddity(random)}`
}

export function adName(number: number, random: Random): string {
  const name = `${random.pick(HOOKS)} ${random.pick(PRODUCTS)} #${number}${oddity(random)}`
  return random.chance(0.01) ? `${name}${random.pick(UNSTORABLE)}` : name
}

function oddity(random: Random): string {
  return random.chance(0.25) ? random.pick(ODDITIES) : ''
}
