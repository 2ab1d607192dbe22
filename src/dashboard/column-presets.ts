import { isMeasureName, type MeasureName } from './measures.ts'

/** Columns of the table of campaigns, by the names of Ads Manager where the set is the same. */
export const COLUMN_PRESETS = {
  performance: {
    label: 'Performance',
    measures: ['spend', 'purchases', 'cost_per_purchase', 'leads', 'cost_per_lead', 'roas', 'impressions'],
  },
  clicks: {
    label: 'Performance and clicks',
    measures: [
      'spend',
      'impressions',
      'cpm',
      'link_clicks',
      'ctr',
      'cpc',
      'clicks_all',
      'ctr_all',
      'cpc_all',
      'landing_page_views',
      'cost_per_landing_page_view',
    ],
  },
  conversions: {
    label: 'Conversions',
    measures: [
      'spend',
      'add_to_cart',
      'initiate_checkout',
      'purchases',
      'purchase_value',
      'conversion_rate',
      'average_order_value',
      'cost_per_purchase',
      'roas',
    ],
  },
  video: {
    label: 'Video',
    measures: [
      'spend',
      'impressions',
      'video_plays',
      'video_views',
      'video_thruplays',
      'hook_rate',
      'hold_rate',
    ],
  },
  delivery: { label: 'Delivery', measures: ['spend', 'impressions', 'cpm', 'clicks'] },
} as const satisfies Record<string, { label: string; measures: readonly MeasureName[] }>

export type ColumnPreset = keyof typeof COLUMN_PRESETS
export const COLUMN_PRESET_NAMES = Object.keys(COLUMN_PRESETS) as ColumnPreset[]
export const DEFAULT_COLUMNS: ColumnPreset = 'performance'

/** The name of a preset, or measures with commas between; the usual ones where it is neither. */
export function toColumns(text: string | null): readonly MeasureName[] {
  const preset = COLUMN_PRESET_NAMES.find((name) => name === text)
  if (preset) return COLUMN_PRESETS[preset].measures
  const chosen = (text ?? '').split(',').filter(isMeasureName)
  return chosen.length > 0 ? [...new Set(chosen)] : COLUMN_PRESETS[DEFAULT_COLUMNS].measures
}
