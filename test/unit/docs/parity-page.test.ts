import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parityPage } from '../../../scripts/parity-page.ts'
import { readParitySections, writeParitySection } from '../../../scripts/parity-sections.ts'

const section = {
  title: 'Spark',
  text: 'What was compared.',
  tables: [{ caption: 'By slice:', columns: ['slice', 'rows'], rows: [['a | b', 500_000]] }],
}

const temporaryFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parity-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a section is a heading, what was compared, and its tables', () => {
  expect(parityPage([section])).toContain(`## Spark

What was compared.

By slice:

| slice | rows |
| --- | ---: |
| a \\| b | 500,000 |
`)
})

test('each run renews its own section and leaves the others', () => {
  const folder = temporaryFolder()
  writeParitySection('trino', { ...section, title: 'Trino' }, folder)
  writeParitySection('spark', section, folder)
  writeParitySection('spark', { ...section, text: 'Anew.' }, folder)
  expect(readParitySections(folder).map(({ title, text }) => [title, text])).toEqual([
    ['Spark', 'Anew.'],
    ['Trino', 'What was compared.'],
  ])
})

test('no section, no file: an empty page', () => {
  expect(readParitySections(path.join(temporaryFolder(), 'none'))).toEqual([])
})
