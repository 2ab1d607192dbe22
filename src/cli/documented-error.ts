/** What ended a command, with the document that `--json` prints of it in place of the mere message. */
export class DocumentedError extends Error {
  override readonly name = 'DocumentedError'
  override readonly cause: Error
  readonly document: string

  constructor(cause: Error, document: string) {
    super(cause.message)
    this.cause = cause
    this.document = document
  }
}
