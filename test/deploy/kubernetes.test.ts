import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifests, readDeployed, selectorOf, templateOf } from './support/deploy-files.ts'
import { judgeManifest } from './support/kubernetes-judge.ts'

const all = manifests()
const templates = all.flatMap((manifest) => {
  const template = templateOf(manifest)
  return template === null ? [] : [{ manifest, template }]
})

describe('the manifests', () => {
  it('are what Kubernetes knows, to each key', async () => {
    for (const file of new Set(all.map((manifest) => manifest.file)))
      expect([file, await judgeManifest(readDeployed(join('kubernetes', file)))]).toEqual([file, []])
  })

  it.each([
    ['readOnlyRootFilesystem', 'readOnlyRoot', '"readOnlyRoot"'],
    ['periodSeconds: 20', 'periodSecond: 20', '"periodSecond"'],
    ['maxUnavailable', 'maxUnavailabe', '"maxUnavailabe"'],
    ['replicas: 2', 'replicas: two', '/spec/replicas'],
    ['type: Recreate', 'type: Recreated', '"Recreated"'],
    ['memory: 1Gi', 'memory: 1Gx', '/limits/memory'],
    ['apps/v1', 'apps/v7', '/apps/v7/'],
    ['kind: Deployment', 'kind: Deploymint', '/Deploymint'],
  ])('would not be with %j as %j', async (right, wrong, objection) => {
    const text = readDeployed('kubernetes/worker.yaml').replace(right, wrong)
    expect((await judgeManifest(text)).join('\n')).toContain(objection)
  })

  it('take from each container all that it does without', () => {
    expect(templates.length).toBe(5)
    for (const { template } of templates) {
      expect(template.spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      })
      for (const { securityContext } of template.spec.containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
    }
  })

  it('give a worker the time that it takes to stop', () => {
    const worker = templates.find(({ manifest }) => manifest.file === 'worker.yaml')
    expect(worker?.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(30)
  })

  it('find the pods that they are about', () => {
    const labels = templates.map(({ template }) => JSON.stringify(template.metadata.labels))
    const selectors = all
      .filter(({ kind }) => kind === 'Deployment' || kind === 'PodDisruptionBudget')
      .map((manifest) => JSON.stringify(selectorOf(manifest)))
    expect(selectors.filter((selector) => !labels.includes(selector))).toEqual([])
    expect(selectors).toHaveLength(4)
  })

  it('have no secret in them', () => {
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([])
  })
})
