const HIDDEN = '[hidden]'

/** `access_token=…` in an address or form, `"access_token":"…"` in JSON, also when URL-encoded. */
const NAMED =
  /(access_token|appsecret_proof|input_token|client_secret|app_secret|fb_exchange_token)((?:=|%3D|["'\\]*\s*:\s*["'\\]*))[^&\s"'\\<>,}]+/gi
const BEARER = /(bearer\s+)[^\s"',]+/gi
/** How Meta's user and system-user tokens look. */
const TOKEN_SHAPE = /\bEAA[A-Za-z0-9]{12,}/g

/** Too short to be a secret; replacing it would garble the text. */
const MIN_SECRET_LENGTH = 6

/**
 * `text` without tokens, secrets and proofs: wherever they stand by name or by their shape, and wherever
 * one of `secrets` stands literally (plain or URL-encoded).
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
  return known.replace(NAMED, `$1$2${HIDDEN}`).replace(BEARER, `$1${HIDDEN}`).replace(TOKEN_SHAPE, HIDDEN)
}
