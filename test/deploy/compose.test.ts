import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { composeServices, readDeployed } from './support/deploy-files.ts'
import { isThere, runTool } from './support/tools.ts'

const services = composeServices()

/** Reads a compose file as JSON, by the specification of compose files. */
const JUDGE = 'import compose_spec, sys; compose_spec.PyCompose.from_json(sys.stdin.read()).validate()'
const judge = (text: string) =>
  runTool('python3', ['-c', JUDGE], {}, JSON.stringify(parse(text, { merge: true })))

describe('the compose file', () => {
  it.skipIf(!isThere('python3', '-c', 'import compose_spec'))('is one by the specification', () => {
    const text = readDeployed('compose.yaml')
    expect(judge(text)).toEqual({ status: 0, said: '' })
    expect(judge(text.replace('service_healthy', 'service_well')).status).toBe(1)
    expect(judge(text.replace('read_only:', 'readonly:')).status).toBe(1)
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
