import { readSeenFaults } from '../torture/database/seen-faults.ts'
import { code, markdownTable } from './markdown.ts'

/** What `npm run torture -- database` has seen. */
export function faultBlocks(): Record<string, string> {
  return {
    'database-faults': markdownTable(
      ['fault', 'when', 'message', 'exit status', 'the next sync'],
      readSeenFaults().map(({ fault, when, message, ended, next }) => [
        fault,
        when,
        message === '' ? 'none' : code(message),
        ended,
        next,
      ]),
    ),
  }
}
