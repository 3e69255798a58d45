import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synthesize } from '../../infra/synthesize.ts'

let outdir: string
beforeAll(() => {
  outdir = mkdtempSync(path.join(tmpdir(), 'synthesize-'))
})
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

test('gives the templates of both stacks, for the region that was asked for', () => {
  const { templates } = synthesize({ environment: 'test', region: 'eu-central-1', outdir })
  expect(templates).toEqual(
    ['BatchStack', 'StreamStack'].map((stack) => path.join(outdir, `${stack}.template.json`)),
  )
  expect(readFileSync(templates[0] ?? '', 'utf8')).toContain('ecommerce-raw-eu-central-1-test')
})

test('leaves the environment of its process as it was', () => {
  process.env.CDK_VALIDATION = 'mine'
  synthesize({ environment: 'dev', outdir })
  expect(process.env.CDK_VALIDATION).toBe('mine')
  expect(process.env.JSII_DEPRECATED).toBeUndefined()
  delete process.env.CDK_VALIDATION
})

test('works from any folder and says nothing', () => {
  const script = `
    import { synthesize } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../infra/synthesize.ts'))}
    synthesize({ environment: 'dev', outdir: ${JSON.stringify(outdir)} })`
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(said.toString()).toBe('')
})
