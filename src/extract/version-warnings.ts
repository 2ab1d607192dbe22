import type { ApiEvent } from './api-event.ts'

/**
 * Tells, once each, what the headers say about the API version: that Meta has upgraded the call, or that it
 * answers with another version than the one asked for.
 * https://developers.facebook.com/docs/marketing-api/overview/versioning
 */
export function createVersionWarnings(
  apiVersion: string,
  onEvent: (event: ApiEvent) => void,
): (headers: Headers) => void {
  const told = new Set<string>()
  return (headers) => {
    const upgraded = headers.get('x-ad-api-version-warning')
    const answered = headers.get('facebook-api-version')
    const other =
      answered === null || answered === apiVersion
        ? null
        : `The API answers as ${answered}, not as ${apiVersion}; set FACEBOOK_API_VERSION to a supported version.`
    for (const message of [upgraded, other]) {
      if (message === null || told.has(message)) continue
      told.add(message)
      onEvent({ type: 'api-warning', message })
    }
  }
}
