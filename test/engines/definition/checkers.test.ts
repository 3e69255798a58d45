import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synthesize } from '../../../infra/synthesize.ts'
import { writeParitySection } from '../../../scripts/parity-sections.ts'
import { ACKNOWLEDGED, type Acknowledgement } from './acknowledged.ts'
import { cfnLintFindings, checkovFindings, type Finding } from './findings.ts'
import { installCheckers } from './install-checkers.ts'

const outdir = mkdtempSync(path.join(tmpdir(), 'checked-'))
const ENVIRONMENTS = ['dev', 'test', 'prod']
const found: Finding[] = []
const rows: (string | number)[][] = []
let programs: Awaited<ReturnType<typeof installCheckers>>
const covers = ({ tool, id, resources }: Acknowledgement, finding: Finding) =>
  tool === finding.tool && id === finding.id && resources.test(finding.resource)
const unexplained = (findings: readonly Finding[]) =>
  findings.filter((finding) => !ACKNOWLEDGED.some((acknowledgement) => covers(acknowledgement, finding)))

beforeAll(async () => {
  programs = await installCheckers()
})
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

test.each(ENVIRONMENTS)('the templates of %s have no finding that is not explained', async (environment) => {
  for (const template of synthesize({ environment, outdir: path.join(outdir, environment) }).templates) {
    const name = `${path.basename(template, '.template.json')} of ${environment}`
    const lint = await cfnLintFindings(programs.cfnLint, template)
    const { findings, passed } = await checkovFindings(programs.checkov, template)
    expect(passed).toBeGreaterThan(50)
    expect(unexplained([...lint, ...findings])).toEqual([])
    found.push(...lint, ...findings)
    rows.push([name, 'cfn-lint', '', lint.length, 0], [name, 'checkov', passed, findings.length, 0])
  }
})

test('no explanation is left over', () => {
  const idle = ACKNOWLEDGED.filter(
    (acknowledgement) => !found.some((finding) => covers(acknowledgement, finding)),
  )
  expect(idle).toEqual([])
  writeParitySection('definition-1-checkers', {
    title: 'The definition, checked by others',
    text: 'cfn-lint and checkov over the synthesised templates. Each explanation stands in `test/engines/definition/acknowledged.ts`.',
    tables: [
      { columns: ['template', 'checker', 'checks passed', 'findings explained', 'unexplained'], rows },
    ],
  })
})
