import { z } from 'zod'

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
  .meta({ title: 'the name of an environment variable, in capitals, which holds the secret' })

const account = z
  .string()
  .regex(/^(act_)?[1-9]\d{0,18}$/)
  .meta({ title: "an ad account's id in quotes, with or without act_" })

const source = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/)
    .meta({ title: 'a name of up to 32 small letters, digits, - and _' }),
  tokenEnv: variable,
  accounts: z
    .union([z.literal('all'), z.array(account).min(1)])
    .meta({ title: '"all", or a list, each entry an ad account\'s id in quotes, with or without act_' }),
  appIdEnv: variable.optional(),
  appSecretEnv: variable.optional(),
})

/** Whose accounts are read by which token; secrets are told by the names of the variables that hold them. */
export const SOURCES_SCHEMA = z
  .array(source)
  .refine((sources) => new Set(sources.map(({ name }) => name)).size === sources.length)
  .meta({ title: 'a list of sources, no two of the same name' })

export type SourceSetting = z.infer<typeof source>
export const SOURCE_KEYS = source.keyof().options
