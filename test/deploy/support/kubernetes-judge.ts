import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { ROOT } from './deploy-files.ts'
import { runToolOn } from './tools.ts'

const Document = z.looseObject({ apiVersion: z.string(), kind: z.string() })
type Document = z.infer<typeof Document>
type Model = new (document: Document) => { validate(): void }

const STRICTLY = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext']

/**
 * What Kubernetes objects to in a manifest, which may have several documents. The schemas of kubernetes-models judge
 * the values, and let keys pass that they do not know, which a cluster would take for nothing; its types know every key.
 */
export async function judgeManifest(text: string): Promise<string[]> {
  const documents = parseAllDocuments(text).map((each) => Document.parse(each.toJS()))
  const ofValues = await Promise.all(documents.map(judgeValues))
  return [...ofValues.flat(), ...judgeKeys(documents)]
}

async function judgeValues(document: Document): Promise<string[]> {
  try {
    const models: Record<string, Model> = await import(modelOf(document))
    const Model = models[document.kind]
    if (Model === undefined) throw new Error(`no kind ${document.kind}`)
    new Model(document).validate()
    return []
  } catch (error) {
    return [String(error)]
  }
}

function judgeKeys(documents: readonly Document[]): string[] {
  const judged = documents.map((each) => {
    const type = `import(${JSON.stringify(modelOf(each))}).I${each.kind}`
    return `${JSON.stringify(each, null, 2)} satisfies ${type}`
  })
  const { status, said } = runToolOn('manifest.ts', `export default [${judged}]`, 'tsc', STRICTLY)
  return status === 0 ? [] : said.split('\n')
}

/** The module with the class and the interface of a kind. */
function modelOf({ apiVersion, kind }: Document): string {
  return join(ROOT, 'node_modules/kubernetes-models', apiVersion, `${kind}.js`)
}
