import type { Variables } from './config.ts'

/** Variables that hold a secret, by their names; also those of tokens besides the first. */
const SECRET_NAMES = /TOKEN|SECRET|PASSWORD|WEBHOOK|OTLP_HEADERS|OTLP_TRACES_HEADERS/

/** What no log line may show. */
export function secretsOf(variables: Variables): string[] {
  const named = Object.entries(variables).filter(([name]) => SECRET_NAMES.test(name))
  const password = URL.parse(variables.DATABASE_URL ?? '')?.password ?? ''
  const secrets = [...named.map(([, value]) => value ?? ''), password, decode(password)]
  return secrets.filter((secret) => secret !== '')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
