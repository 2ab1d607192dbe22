import type { SimulatedCall } from './call.ts'
import { GraphFailure } from './graph-failure.ts'
import { NAMED_ERRORS } from './named-errors.ts'

/** The versions of the API that there are, oldest first. */
export interface ApiVersions {
  readonly usable: readonly string[]
  readonly expired: readonly string[]
}

/** As of November 2026. */
export const API_VERSIONS: ApiVersions = {
  usable: ['v25.0', 'v26.0'],
  expired: ['v20.0', 'v21.0', 'v22.0', 'v23.0', 'v24.0'],
}

/** Not of the Marketing API, whose versions end sooner. */
const GRAPH_NODES = [null, 'me', 'debug_token']

export interface ServedVersion {
  readonly version: string
  /** What the header X-Ad-Api-Version-Warning says; null without one. */
  readonly warning: string | null
}

/**
 * The version that answers the call: an expired one is upgraded where the API does so. Throws
 * GraphFailure for a version that does not exist, has expired, or is not named.
 */
export function serveVersion(call: SimulatedCall, versions: ApiVersions): ServedVersion {
  const { version } = call
  const oldest = versions.usable[0] ?? 'v26.0'
  const isGraphNode = GRAPH_NODES.includes(call.id) && call.edge !== 'adaccounts'
  if (version === null) {
    if (isGraphNode) return { version: oldest, warning: null }
    throw new GraphFailure('version-expired')
  }
  if (versions.usable.includes(version)) return { version, warning: null }
  if (!versions.expired.includes(version)) {
    const { message, ...rest } = NAMED_ERRORS['unknown-path']
    throw new GraphFailure({ ...rest, message: `${message}: ${call.path}` })
  }
  if (isGraphNode) return { version, warning: null }
  if (call.edge !== 'insights' || call.method !== 'GET') throw new GraphFailure('version-expired')
  const warning = `The call has been auto-upgraded to ${oldest} as ${version} has been deprecated`
  return { version: oldest, warning }
}
