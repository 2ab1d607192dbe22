/** What the accounts of a world are like, in turn; after the last the first comes again. */
interface AccountProfile {
  readonly name: string
  readonly currency: string
  readonly timeZone: string
  readonly countries: readonly string[]
  /** Minor units that a US dollar is worth. */
  readonly dollarMinor: number
  readonly life: 'whole-history' | 'recent' | 'no-delivery'
  /** The API's number. */
  readonly accountStatus: 1 | 2
}

const ordinary = { life: 'whole-history', accountStatus: 1 } as const

export const ACCOUNT_PROFILES: readonly AccountProfile[] = [
  {
    ...ordinary,
    name: 'Northwind Outdoor',
    currency: 'USD',
    timeZone: 'America/Los_Angeles',
    countries: ['US', 'CA', 'MX', 'GB'],
    dollarMinor: 100,
  },
  {
    ...ordinary,
    name: '東京 Running "Store"',
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    countries: ['JP'],
    dollarMinor: 150,
  },
  {
    ...ordinary,
    name: 'Café Österreich GmbH',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    countries: ['DE', 'AT', 'CH'],
    dollarMinor: 92,
  },
  {
    ...ordinary,
    name: 'Budapest Bolt',
    currency: 'HUF',
    timeZone: 'Europe/Budapest',
    countries: ['HU', 'AT'],
    dollarMinor: 360,
    life: 'recent',
  },
  {
    ...ordinary,
    name: 'Agência São Paulo',
    currency: 'BRL',
    timeZone: 'America/Sao_Paulo',
    countries: ['BR', 'PT'],
    dollarMinor: 550,
    life: 'no-delivery',
  },
  {
    ...ordinary,
    name: 'Kolkata Crafts',
    currency: 'INR',
    timeZone: 'Asia/Kolkata',
    countries: ['IN'],
    dollarMinor: 8400,
  },
  {
    ...ordinary,
    name: 'Tienda Andes',
    currency: 'CLP',
    timeZone: 'America/Santiago',
    countries: ['CL'],
    dollarMinor: 940,
    accountStatus: 2,
  },
  {
    ...ordinary,
    name: 'Harbour & Co',
    currency: 'AUD',
    timeZone: 'Australia/Sydney',
    countries: ['AU', 'NZ'],
    dollarMinor: 150,
  },
  {
    ...ordinary,
    name: 'High Street Ltd',
    currency: 'GBP',
    timeZone: 'Europe/London',
    countries: ['GB', 'IE'],
    dollarMinor: 78,
  },
]
