import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEPLOY, manifests, readDeployed, selectorOf, templateOf } from './support/deploy-files.ts'
import { isThere, runTool } from './support/tools.ts'

const all = manifests()
const templates = all.flatMap((manifest) => {
  const template = templateOf(manifest)
  return template === null ? [] : [{ manifest, template }]
})

/** Unknown keys are errors, too: a cluster would take them for nothing. */
const judge = (text: string) => runTool('kubernetes-validate', ['--strict', '-'], {}, text)

describe('the manifests', () => {
  it.skipIf(!isThere('kubernetes-validate', '--help'))('are what Kubernetes knows, to each key', () => {
    const files = [...new Set(all.map(({ file }) => join(DEPLOY, 'kubernetes', file)))]
    const { status, said } = runTool('kubernetes-validate', ['--strict', ...files])
    expect({ status, failed: said.split('\n').filter((line) => !line.startsWith('INFO')) }).toEqual({
      status: 0,
      failed: [],
    })
    const misspelt = readDeployed('kubernetes/worker.yaml').replace('readOnlyRootFilesystem', 'readOnlyRoot')
    expect(judge(misspelt).status).toBe(1)
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
