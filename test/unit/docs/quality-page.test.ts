import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MARTS } from '../../../athena-views/index.ts'
import { REJECT_REASONS } from '../../../catalog/events.ts'
import { KEY_RULE_NAMES } from '../../../lambdas/gate-partition-key/key-rules.ts'
import { SLICE_RULES } from '../../../lambdas/gate-slice/rules.ts'
import { markdownTable } from '../../../scripts/markdown-table.ts'
import { qualityPage } from '../../../scripts/quality-page.ts'

const page = qualityPage()

describe('the page of quality', () => {
  it('is what "npm run docs" would write', () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/quality.md')
    expect(readFileSync(file, 'utf8')).toBe(page)
  })

  it('has every reason, every rule with what to do, and every data test', () => {
    for (const reason of REJECT_REASONS) expect(page).toContain(`\n| \`${reason}\` | `)
    for (const rule of KEY_RULE_NAMES) expect(page).toContain(`\n| ${rule} | `)
    for (const { name, checks, remedy } of SLICE_RULES) {
      expect(page).toContain(`\n| ${name} | ${checks} | `)
      expect(page).toContain(` | ${remedy} |\n`)
    }
    for (const { name, tests } of MARTS)
      for (const test of tests)
        expect(
          page.split('\n').some((line) => line.startsWith(`| \`${name}\``) && line.includes(test.name)),
          `${name}: ${test.name}`,
        ).toBe(true)
  })

  it('says what holds where environments differ, and once where they agree', () => {
    expect(page).toMatch(
      /\| rejected rows \|.*\| dev, test: warns above 0.1 %, sets aside above 50 %; prod: warns above 0.1 %, sets aside above 10 %, halts above 50 % \|/,
    )
    expect(page).toMatch(/\| duplicate rows \|.*\| warns above 1 %, sets aside above 90 % \|/)
    expect(page).toMatch(/\| highest price \|.*\| warns above 100,000 \|/)
  })

  it('tells which rules warn of a day without purchases', () => {
    expect(page).toContain(
      '| `sales_per_day` | items is above zero | Ask the shop whether nothing was sold on that day. |',
    )
  })
})

it('a table of Markdown keeps its columns whatever stands in a cell', () => {
  expect(markdownTable(['a', 'b'], [['x|y', 'two\nlines']], [1])).toBe(
    '| a | b |\n|---|---:|\n| x\\|y | two lines |\n',
  )
})
