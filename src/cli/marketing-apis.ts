import {
  type ApiEvent,
  createMarketingApi,
  type MarketingApi,
  type MarketingApiOptions,
} from '../extract/marketing-api.ts'
import { createAppLimit } from '../extract/throttle.ts'
import type { Source } from './config.ts'
import type { Context } from './context.ts'
import type { Settings } from './settings.ts'

/** What is common to every way of asking the API of `source`. */
export function apiOptions(
  context: Context,
  source: Source,
  maxConcurrent: number,
  onEvent: (event: ApiEvent) => void,
): MarketingApiOptions {
  return {
    fetch: context.fetch,
    clock: context.clock,
    graphUrl: source.graphUrl,
    apiVersion: source.apiVersion,
    accessToken: source.accessToken,
    ...(source.appSecret !== null && { appSecret: source.appSecret }),
    maxConcurrent,
    onEvent,
  }
}

/**
 * The API for insights, which waits for rate limits, and that for metadata, which gives up soon: the next sync
 * repairs what is missing. `maxWaitMs` is how long one call waits for rate limits in all. Each has a rate limit of its own for every account, and the app's in common.
 */
export function createApis(
  context: Context,
  source: Source,
  settings: Settings,
  maxWaitMs: number,
  onEvent: (event: ApiEvent) => void,
): { api: MarketingApi; metadataApi: MarketingApi } {
  const appLimit = createAppLimit()
  return {
    api: createMarketingApi({
      ...apiOptions(context, source, settings.maxWorkers, onEvent),
      appLimit,
      retry: { maxThrottleWaitMs: maxWaitMs },
    }),
    metadataApi: createMarketingApi({
      ...apiOptions(context, source, settings.metaMaxWorkers, onEvent),
      useCase: 'ads_management',
      appLimit,
      retry: { maxThrottleWaitMs: Math.min(60_000, maxWaitMs), firstBlockMs: 2_000 },
    }),
  }
}
