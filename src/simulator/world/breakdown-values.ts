/** One value of every breakdown of a family, and how much of the delivery usually falls on it. */
export interface WeightedKeys {
  readonly keys: Readonly<Record<string, string>>
  readonly weight: number
}

/** The breakdowns that are split together, so that coarser ones are sums of finer ones. */
export const BREAKDOWN_FAMILIES = {
  people: ['age', 'gender'],
  place: ['country', 'region'],
  placement: ['publisher_platform', 'platform_position', 'impression_device', 'device_platform'],
  hour: ['hourly_stats_aggregated_by_advertiser_time_zone', 'hourly_stats_aggregated_by_audience_time_zone'],
} as const satisfies Record<string, readonly string[]>

export type BreakdownFamily = keyof typeof BREAKDOWN_FAMILIES

const AGES = {
  '18-24': 16,
  '25-34': 28,
  '35-44': 24,
  '45-54': 16,
  '55-64': 9,
  '65+': 5,
  '13-17': 1,
  Unknown: 0.5,
}
const GENDERS = { female: 54, male: 43, unknown: 3 }

export const PEOPLE: readonly WeightedKeys[] = Object.entries(AGES).flatMap(([age, ageWeight]) =>
  Object.entries(GENDERS).map(([gender, weight]) => ({ keys: { age, gender }, weight: ageWeight * weight })),
)

const REGIONS: Readonly<Record<string, readonly string[]>> = {
  US: ['California', 'Texas', 'Wisconsin'],
  CA: ['Ontario', 'Québec'],
  MX: ['Jalisco', 'Distrito Federal'],
  DE: ['Bayern', 'Berlin', 'Nordrhein-Westfalen'],
  AT: ['Wien', 'Tirol'],
  CH: ['Zürich', 'Genève'],
  JP: ['Tokyo', 'Osaka Prefecture'],
  HU: ['Budapest', 'Pest'],
  GB: ['England', 'Scotland'],
  IE: ['County Dublin'],
  BR: ['São Paulo (state)', 'Bahia'],
  PT: ['Lisbon District'],
  CL: ['Santiago Metropolitan Region', 'Valparaíso Region'],
  IN: ['Maharashtra', 'Karnataka'],
  AU: ['New South Wales', 'Victoria'],
  NZ: ['Auckland'],
}

/** The first country of an account is its home. */
export function placesOf(countries: readonly string[]): WeightedKeys[] {
  return countries.flatMap((country, index) => {
    const regions = REGIONS[country] ?? ['Unknown']
    const weight = (index === 0 ? 70 : 12 / index) / regions.length
    return regions.map((region, i) => ({ keys: { country, region }, weight: weight / (i + 1) }))
  })
}

const PLACEMENTS = `
facebook feed iphone mobile_app 22
facebook feed android_smartphone mobile_app 20
facebook feed desktop desktop 6
facebook facebook_reels android_smartphone mobile_app 7
facebook facebook_stories iphone mobile_app 3
facebook marketplace android_smartphone mobile_app 3
facebook video_feeds ipad mobile_app 1
facebook right_hand_column desktop desktop 2
instagram feed iphone mobile_app 14
instagram instagram_reels android_smartphone mobile_app 9
instagram instagram_stories iphone mobile_app 8
instagram instagram_explore other mobile_web 1
audience_network an_classic android_smartphone mobile_app 3
messenger messenger_inbox iphone mobile_app 0.5
threads threads_feed iphone mobile_app 0.5
unknown unknown other unknown 0.1`

export const PLACEMENT: readonly WeightedKeys[] = PLACEMENTS.trim()
  .split('\n')
  .map((line) => {
    const [
      publisher_platform = '',
      platform_position = '',
      impression_device = '',
      device_platform = '',
      weight,
    ] = line.split(' ')
    return {
      keys: { publisher_platform, platform_position, impression_device, device_platform },
      weight: Number(weight),
    }
  })

export const HOURS: readonly WeightedKeys[] = Array.from({ length: 24 }, (_, hour) => {
  const hh = String(hour).padStart(2, '0')
  const label = `${hh}:00:00 - ${hh}:59:59`
  return {
    keys: Object.fromEntries(BREAKDOWN_FAMILIES.hour.map((name) => [name, label])),
    weight: 1.2 + Math.sin(((hour - 11) / 24) * 2 * Math.PI),
  }
})
