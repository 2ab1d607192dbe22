import { toAppKey } from '../extract/app-key.ts'
import {
  type ApiEvent,
  createMarketingApi,
  type MarketingApi,
  type MarketingApiOptions,
} from '../extract/marketing-api.ts'
import { createSharedLimits } from '../extract/shared-limits.ts'
import { ByteRoom } from '../model/byte-room.ts'
import type { PipelineSource } from '../pipeline/source.ts'
import type { Source } from './config.ts'
import type { Context } from './context.ts'
import { type LimitsOfApp, type LimitsOfApps, limitsOfApps } from './limits-of.ts'
import type { Settings } from './settings.ts'

/** What is common to every way of asking the API of `source`. */
export function apiOptions(
  context: Pick<Context, 'clock' | 'fetch'>,
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
 * repairs what is missing. `maxWaitMs` is how long one call waits for rate limits in all. Each
 * has a rate limit of its own for every account; those of the account as such and of the app are in common.
 */
export function createApis(
  context: Pick<Context, 'clock' | 'fetch'>,
  source: Source,
  settings: Settings,
  maxWaitMs: number,
  onEvent: (event: ApiEvent) => void,
  shared: SharedByApis = { sharedLimits: createSharedLimits(toAppKey(source)), room: createRoom(settings) },
): { api: MarketingApi; metadataApi: MarketingApi } {
  return {
    api: createMarketingApi({
      // Accounts that wait for their rate limits have workers besides.
      ...apiOptions(context, source, 2 * settings.maxWorkers, onEvent),
      ...shared,
      retry: { maxThrottleWaitMs: maxWaitMs },
    }),
    metadataApi: createMarketingApi({
      ...apiOptions(context, source, settings.metaMaxWorkers, onEvent),
      useCase: 'ads_management',
      ...shared,
      retry: { maxThrottleWaitMs: Math.min(60_000, maxWaitMs), firstBlockMs: 2_000 },
    }),
  }
}

interface SharedByApis extends LimitsOfApp {
  readonly room: ByteRoom
}

/**
 * Both APIs of each source. All have one room for what has arrived; the limits of the app are in common to those of
 * the same app. A source that does not name its app is taken for the only one of it: who is held back by a limit
 * must not hold back others without need.
 */
export function createPipelineSources(
  context: Pick<Context, 'clock' | 'fetch'>,
  sources: readonly Source[],
  settings: Settings,
  maxWaitMs: number,
  onEvent: (event: ApiEvent) => void,
  limits: Pick<LimitsOfApps, 'of'> = limitsOfApps(sources),
): PipelineSource[] {
  const room = createRoom(settings)
  return sources.map((source) => {
    const { name, accounts } = source
    const shared = { ...limits.of(source), room }
    return { name, accounts, ...createApis(context, source, settings, maxWaitMs, onEvent, shared) }
  })
}

/** For what has arrived, of all APIs of this process. */
export function createRoom(settings: Settings): ByteRoom {
  return new ByteRoom(settings.maxInFlightMb * 1024 * 1024)
}
