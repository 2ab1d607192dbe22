/**
 * The currencies whose budgets Meta sends in whole units. Meta's own table: ISO 4217 has other minor units
 * for COP, CRC, HUF, IDR and TWD.
 * https://developers.facebook.com/docs/marketing-api/currencies
 */
const WHOLE_UNITS = new Set(['CLP', 'COP', 'CRC', 'HUF', 'ISK', 'IDR', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'])

/** How many of the API's minor units make one major unit of `currency` (ISO 4217 code). */
export function minorUnitsOf(currency: string): 1 | 100 {
  return WHOLE_UNITS.has(currency) ? 1 : 100
}
