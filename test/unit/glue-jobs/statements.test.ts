import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { curationStatements, statementsFile } from '../../../glue-jobs/statements.ts'

const script = readFileSync(join(import.meta.dirname, '../../../glue-jobs/curate.py'), 'utf8')

test('the script runs each statement, and no other', () => {
  const used = [...script.matchAll(/statements\["(\w+)"\]/g)].map(([, name]) => name)
  expect(used.toSorted()).toEqual(Object.keys(curationStatements()).toSorted())
})

test('the month is a parameter of the one statement that needs it', () => {
  for (const [name, text] of Object.entries(curationStatements())) {
    const parameters = new Set([...text.matchAll(/(?<=[ (]):(\w+)/g)].map(([, parameter]) => parameter))
    expect([...parameters]).toEqual(name === 'judged' ? ['month_from', 'month_to'] : [])
  }
  expect(script).toContain('"month_from"')
  expect(script).toContain('"month_to"')
})

test('the file is JSON that ends in a line end', () => {
  expect(JSON.parse(statementsFile())).toEqual(curationStatements())
  expect(statementsFile().endsWith('}\n')).toBe(true)
})
