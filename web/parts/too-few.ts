import { MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'

/** Fewer impressions than this make no rate. */
const FEW_IMPRESSIONS = 100
/** Fewer purchases than this, and chance moves a rate of them much. */
export const FEW_PURCHASES = 30

interface Counts {
  readonly impressions?: string | number | null
  readonly purchases?: string | number | null
}

/** Why a rate of a row says little, for people; null when it does, or is no rate. */
export function whyFew(name: MeasureName, { impressions, purchases }: Counts): string | null {
  const { sum, per }: Measure = MEASURES[name]
  if (per === undefined) return null
  if (Number(impressions ?? 0) < FEW_IMPRESSIONS)
    return `Fewer than ${FEW_IMPRESSIONS} impressions: too few for a rate`
  const isOfPurchases = [sum, per].some((part) => part === 'purchases' || part === 'purchase_value')
  return isOfPurchases && Number(purchases ?? 0) < FEW_PURCHASES
    ? `Fewer than ${FEW_PURCHASES} purchases: chance moves a rate of them much`
    : null
}
