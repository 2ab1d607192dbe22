import type { ClaimedIncident } from '../load/incidents.ts'
import { INCIDENT_KINDS } from '../model/incident.ts'

/** One message for the webhook, and the incidents that it tells. */
export interface IncidentMessage {
  readonly text: string
  readonly incidents: readonly ClaimedIncident[]
}

/** More lines than this nobody reads. */
const MOST_LINES = 20

/** A message for each kind that has begun, and for each that is over; `place` is where the warehouse is. */
export function toMessages(claimed: readonly ClaimedIncident[], place: string): IncidentMessage[] {
  return INCIDENT_KINDS.flatMap((kind) =>
    [false, true].flatMap((isClosed): IncidentMessage[] => {
      const incidents = claimed.filter(
        (each) => each.kind === kind && (each.closedAtMs !== null) === isClosed,
      )
      if (incidents.length === 0) return []
      const lines = incidents
        .slice(0, MOST_LINES)
        .map(({ detail }) => (isClosed ? `Resolved: ${detail}` : detail))
      const more = incidents.length - lines.length
      const all = [
        `${isClosed ? '✅' : '❌'} fbads, ${place}`,
        ...lines,
        ...(more > 0 ? [`and ${more} more`] : []),
      ]
      return [{ text: slackText(all.join('\n')), incidents }]
    }),
  )
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: nothing of a name becomes a link or a mention. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
