import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import { namesOf } from '../../catalog/names.ts'
import { synthesize } from '../../infra/synthesize.ts'
import { definitionsOf, type Machine } from '../../local/executor/definition.ts'
import { parseTemplate } from '../../local/executor/template.ts'

export const ACCOUNT = { account: '000000000000', region: 'us-east-1' }

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: properties have as many shapes as there are resource types.
  readonly Properties: any
}

/** A stack of an environment as a template, with helpers to look into it. Synthesise once a test file. */
export function synthesized(environment = 'dev', stack: 'BatchStack' | 'StreamStack' = 'BatchStack') {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synthesized-'))
  try {
    const { templates } = synthesize({ environment, outdir })
    const file = templates.find((name) => path.basename(name).startsWith(stack)) ?? ''
    const json = JSON.parse(readFileSync(file, 'utf8'))
    const names = namesOf({ environment, region: ACCOUNT.region })
    const resources: Readonly<Record<string, Resource>> = json.Resources
    const { machines, functions, rules } = definitionsOf(parseTemplate(json), ACCOUNT)
    return {
      json,
      names,
      functions,
      rules,
      template: Template.fromJSON(json),
      machines,
      machine: machines[names.nightly] as Machine,
      ofType: (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type),
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
