/** The pages, in the order of the navigation; `key` follows a `g` on the keyboard. */
export const PAGES = [
  { path: '/', title: 'Overview', key: 'o' },
  { path: '/campaigns', title: 'Campaigns', key: 'c' },
  { path: '/audience', title: 'Audience', key: 'a' },
  { path: '/conversions', title: 'Conversions', key: 'v' },
  { path: '/health', title: 'Data health', key: 'h' },
  { path: '/words', title: 'Words', key: 'w' },
] as const
