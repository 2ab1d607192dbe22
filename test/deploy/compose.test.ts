import { describe, expect, it } from 'vitest'
import { composeServices, readDeployed } from './support/deploy-files.ts'
import { runToolOn } from './support/tools.ts'

const services = composeServices()

/** The order of keys is ours; that ports are text, `composeServices` sees to. */
const OF_NO_CONCERN = [
  'service-keys-order',
  'services-alphabetical-order',
  'top-level-properties-order',
  'require-quotes-in-ports',
]
const judge = (text: string) =>
  runToolOn('compose.yaml', text, 'dclint', [
    '--formatter=compact',
    '--max-warnings=0',
    ...OF_NO_CONCERN.map((rule) => `--disable-rule=${rule}`),
  ])

describe('the compose file', () => {
  it('is one by the specification, and has nothing that dclint objects to', () => {
    expect(judge(readDeployed('compose.yaml'))).toEqual({ status: 0, said: '' })
  })

  it.each([
    ['service_healthy', 'service_well', 'invalid-schema'],
    ['read_only:', 'readonly:', 'invalid-schema'],
    ['replicas: 2', 'replica: 2', 'invalid-schema'],
    ['postgres:17-bookworm', 'postgres', 'service-image-require-explicit-tag'],
    ['127.0.0.1:8321:8321', '8321:8321', 'no-unbound-port-interfaces'],
  ])('would not be with %j as %j', (right, wrong, objection) => {
    const { status, said } = judge(readDeployed('compose.yaml').replace(right, wrong))
    expect([status, said]).toEqual([1, expect.stringContaining(objection)])
  })

  it('takes from each service all that it does without', () => {
    for (const [name, service] of Object.entries(services)) {
      expect({ name, ...service }).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
      expect([name, service.privileged, service.cap_add]).toEqual([name, undefined, undefined])
    }
  })

  it('lets nobody in from outside of this machine', () => {
    const ports = Object.values(services).flatMap((service) => service.ports)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    expect(ports).toHaveLength(1)
  })

  it('has no secret in it: they come from files beside it', () => {
    expect(Object.values(services).filter(({ environment }) => environment !== undefined)).toEqual([])
  })
})
