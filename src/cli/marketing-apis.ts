import {
  type ApiEvent,
  createMarketingApi,
  type MarketingApi,
  type MarketingApiOptions,
} from '../extract/marketing-api.ts'
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

/** The API for insights, which waits for rate limits, and that for metadata, which gives up soon. */
export function createApis(
  context: Context,
  source: Source,
  settings: Settings,
  onEvent: (event: ApiEvent) => void,
): { api: MarketingApi; metadataApi: MarketingApi } {
  return {
    api: createMarketingApi(apiOptions(context, source, settings.maxWorkers, onEvent)),
    metadataApi: createMarketingApi({
      ...apiOptions(context, source, settings.metaMaxWorkers, onEvent),
      retry: { maxThrottleWaitMs: 60_000, firstBlockMs: 2_000 },
    }),
  }
}
