import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { flinkNotebook, notebookParagraphs } from '../../../scripts/flink-notebook.ts'
import { KPIS } from '../../../stream/kpis/index.ts'
import { RULES } from '../../../stream/rules/index.ts'

const file = path.resolve(import.meta.dirname, '../../../stream/flink-app/ecomm-streaming.zpln')

describe('the notebook of Flink Studio', () => {
  test('is what "npm run docs" would write', () => {
    expect(readFileSync(file, 'utf8')).toBe(flinkNotebook())
  })

  test('is a note that Zeppelin imports', () => {
    const note = JSON.parse(flinkNotebook())
    expect(note).toMatchObject({
      name: 'ecomm-streaming',
      defaultInterpreterGroup: 'flink',
      path: '/ecomm-streaming',
    })
    const ids = note.paragraphs.map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { text, settings, config } of note.paragraphs) {
      expect(text).toMatch(/^%(md|flink\.ssql\(type=update\))\n/)
      expect(settings).toEqual({ params: {}, forms: {} })
      expect(config).toMatchObject({ enabled: true, title: true })
    }
  })

  test('has the tables of both streams and a query for each rule and figure, and writes nothing', () => {
    const paragraphs = notebookParagraphs()
    const all = paragraphs.map(({ title }) => title.split(':')[0])
    expect(all).toEqual(expect.arrayContaining(['Stream 1', 'Stream 2']))
    expect(all).toEqual(expect.arrayContaining([...RULES, ...KPIS].map(({ id }) => id)))
    for (const statement of paragraphs.flatMap(({ statements }) => statements)) {
      expect(statement).toMatch(/^(select|create temporary (table|view) if not exists)\s/)
      expect(statement).not.toContain('${')
    }
  })

  test('takes times that can not be read for the time of arrival: one of them would end every query', () => {
    const [records] = notebookParagraphs().flatMap(({ statements }) => statements)
    expect(records).toContain("metadata from 'timestamp' virtual")
    expect(records).toMatch(
      /`window_clock` as coalesce\(try_cast\(.+\), cast\(`arrived` as timestamp\(3\)\)\)/,
    )
    expect(records).toContain("watermark for `window_clock` as `window_clock` - interval '10' second")
  })
})
