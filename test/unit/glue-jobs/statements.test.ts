import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EVENT_SOURCES } from '../../../catalog/events.ts'
import { REPLAY_MARK } from '../../../catalog/stream.ts'
import { LEFT_OUT } from '../../../glue-jobs/judged-stream-lines.ts'
import { curationStatements, statementsFile } from '../../../glue-jobs/statements.ts'
import { MOST_NESTED, STREAM_TEXTS } from '../../../glue-jobs/stream-fields.ts'

const script = readFileSync(join(import.meta.dirname, '../../../glue-jobs/curate.py'), 'utf8')
const namesIn = (object: string): string[] =>
  [...script.matchAll(new RegExp(`\\b${object}\\["(\\w+)"\\]`, 'g'))].map(([, name = '']) => name).toSorted()

const PARAMETERS = {
  csv: ['month_from', 'month_to'],
  stream: ['month_from', 'month_to', 'before_from', 'after_to', 'own', 'to_before', 'to_after'],
}

describe.for(EVENT_SOURCES)('the statements of %s', (source) => {
  test('are all run by the script, and no other', () => {
    expect(namesIn('rows')).toEqual(Object.keys(curationStatements()[source]).toSorted())
  })

  test('have parameters where the month is judged, and nowhere else', () => {
    for (const [name, text] of Object.entries(curationStatements()[source])) {
      const parameters = new Set([...text.matchAll(/(?<=[ (]):(\w+)/g)].map(([, parameter]) => parameter))
      expect([...parameters].toSorted()).toEqual(name === 'judged' ? PARAMETERS[source].toSorted() : [])
    }
    for (const parameter of PARAMETERS[source]) expect(script).toContain(`"${parameter}"`)
  })
})

test('what was written is measured by the same statements, whatever it came from', () => {
  expect([...EVENT_SOURCES, ...namesIn('statements')].toSorted()).toEqual(
    Object.keys(curationStatements()).toSorted(),
  )
  expect(script).toContain('rows = statements[manifest["source"]]')
})

test('the script takes of a line of JSON what the statements expect', () => {
  const [, listed = ''] = /STREAM_COLUMNS = \[([^\]]*)\]/.exec(script) ?? []
  const columns = [...listed.matchAll(/"(\w+)"/g)].map(([, name]) => name)
  expect([...columns, 'odd', REPLAY_MARK]).toEqual(STREAM_TEXTS)
  expect(script).toContain(`REPLAY_MARK = "${REPLAY_MARK}"`)
  expect(script).toContain(`MOST_NESTED = ${MOST_NESTED}\n`)
  expect(script).toContain(`LEFT_OUT = [${LEFT_OUT.map((reason) => `"${reason}"`).join(', ')}]`)
})

test('the file is JSON that ends in a line end', () => {
  expect(JSON.parse(statementsFile())).toEqual(curationStatements())
  expect(statementsFile().endsWith('}\n')).toBe(true)
})
