import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const DEPLOY = join(ROOT, 'deploy')

export function readDeployed(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8')
}

/** Every file below `deploy`, by its path there. */
export function deployedFiles(): string[] {
  return readdirSync(DEPLOY, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(DEPLOY.length + 1))
}

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
  environment: z.unknown().optional(),
})

/** The services of the compose file, with what they share merged into each. */
export function composeServices() {
  const file = z.object({ services: z.record(z.string(), Service) })
  return file.parse(parse(readDeployed('compose.yaml'), { merge: true })).services
}

const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  securityContext: z.looseObject({}),
  resources: z.looseObject({ limits: z.looseObject({ memory: z.string() }) }),
})
const Pod = z.looseObject({
  terminationGracePeriodSeconds: z.int().default(30),
  automountServiceAccountToken: z.boolean(),
  securityContext: z.looseObject({}),
  containers: z.array(Container),
})
const Template = z.object({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: Pod,
})
const WithTemplate = z.looseObject({ template: Template })
const Labels = z.looseObject({ matchLabels: z.record(z.string(), z.string()) })

/** One document of a manifest. */
export interface Manifest {
  readonly file: string
  readonly kind: string
  readonly spec: unknown
}

export function manifests(): Manifest[] {
  const document = z.looseObject({ kind: z.string(), spec: z.unknown().optional() })
  return readdirSync(join(DEPLOY, 'kubernetes')).flatMap((name) =>
    parseAllDocuments(readDeployed(join('kubernetes', name))).map((each) => {
      const { kind, spec } = document.parse(each.toJS())
      return { file: name, kind, spec }
    }),
  )
}

/** What a Deployment, a Job or a CronJob makes pods from; null for every other kind. */
export function templateOf({ kind, spec }: Manifest): z.infer<typeof Template> | null {
  if (kind === 'CronJob')
    return z.looseObject({ jobTemplate: z.object({ spec: WithTemplate }) }).parse(spec).jobTemplate.spec
      .template
  return kind === 'Deployment' || kind === 'Job' ? WithTemplate.parse(spec).template : null
}

/** The labels by which a Deployment or a budget finds its pods. */
export function selectorOf({ spec }: Manifest): Readonly<Record<string, string>> {
  return z.looseObject({ selector: Labels }).parse(spec).selector.matchLabels
}
