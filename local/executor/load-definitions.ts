import { createHash } from 'node:crypto'
import { globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Deployment } from '../../catalog/names.ts'
import type { Definitions } from './definition.ts'
import { allSizes } from './sizes.ts'
import type { Account } from './template.ts'

const PROJECT = path.resolve(import.meta.dirname, '../..')
const CACHE = path.join(PROJECT, 'node_modules/.cache/ecommerce-lakehouse')
/** What the synthesised template depends on. */
const SOURCES = [
  'package-lock.json',
  'cdk.json',
  '{catalog,sql,glue-jobs,athena-views,quicksight,workflows,infra}/**/*.{ts,py}',
  'stream/{rules,flink-sql}/**/*.ts',
  'lambdas/*/handler.ts',
  'local/executor/{template,definition,sizes}.ts',
]

function sourceHash(deployment: Deployment, account: Account): string {
  const hash = createHash('sha256').update(JSON.stringify([deployment, account]))
  for (const file of globSync(SOURCES, { cwd: PROJECT }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(path.join(PROJECT, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Loaded only when it is needed: CDK alone takes longer to load than an unchanged night to run. */
async function synthesizeDefinitions(deployment: Deployment, account: Account): Promise<Definitions> {
  const [{ synthesize }, { definitionsOf }, { parseTemplate }] = await Promise.all([
    import('../../infra/synthesize.ts'),
    import('./definition.ts'),
    import('./template.ts'),
  ])
  const outdir = mkdtempSync(path.join(tmpdir(), 'synth-'))
  try {
    const { templates } = synthesize({ ...deployment, outdir })
    const parsed = templates.map((file) =>
      definitionsOf(parseTemplate(JSON.parse(readFileSync(file, 'utf8'))), account),
    )
    return {
      machines: Object.assign({}, ...parsed.map(({ machines }) => machines)),
      functions: Object.assign({}, ...parsed.map(({ functions }) => functions)),
      rules: parsed.flatMap(({ rules }) => rules),
      sizes: allSizes(parsed.map(({ sizes }) => sizes)),
      ...Object.assign({}, ...parsed.map(({ stream }) => stream && { stream })),
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/**
 * The state machines and functions exactly as CDK synthesises them. Synthesis takes seconds, so its result is kept for as
 * long as none of the sources changes.
 */
export async function loadDefinitions(deployment: Deployment, account: Account): Promise<Definitions> {
  const file = path.join(CACHE, `definitions-${sourceHash(deployment, account)}.json`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // Not there yet.
  }
  const definitions = await synthesizeDefinitions(deployment, account)
  try {
    mkdirSync(CACHE, { recursive: true })
    const unfinished = `${file}.${process.pid}`
    writeFileSync(unfinished, JSON.stringify(definitions))
    renameSync(unfinished, file)
  } catch {
    // A project folder that can't be written to only means that the next start synthesises again.
  }
  return definitions
}
