import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readmeCost } from '../../../scripts/cost-table.ts'
import { readmeDialects } from '../../../scripts/dialects-table.ts'
import { readmeViews, viewsPage } from '../../../scripts/views-page.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

describe('the pages made from the definitions', () => {
  it('are what "npm run docs" would write', async () => {
    expect(read('docs/views.md')).toBe(viewsPage())
    expect(read('README.md')).toBe(await readmeCost(readmeDialects(readmeViews(read('README.md')))))
  })

  it('need the marks in the README', async () => {
    expect(() => readmeViews('no marks')).toThrow(/lacks the marks/)
    expect(() => readmeDialects('no marks')).toThrow(/lacks the marks/)
    await expect(readmeCost('no marks')).rejects.toThrow(/lacks the marks <!-- cost -->/)
  })
})
