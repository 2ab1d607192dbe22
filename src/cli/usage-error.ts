/** Wrong use: a flag, a date, a setting. Its message says what was found and what is allowed; exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
