import { expect, test } from 'vitest'
import { auditViewSql } from '../../../athena-views/audit-view.ts'
import { boolean, decimal, nullable, strings, timestamp } from '../../../catalog/column.ts'
import { defineTable } from '../../../catalog/table.ts'
import { storedDescription, storedViewText } from '../../../sql/athena/stored-view.ts'

test('a view is kept as Athena keeps it: Trino’s description of it', () => {
  const text = storedViewText('ecommerce', 'SELECT 1 AS "a"', [
    { name: 'a', type: 'int' },
    { name: 'b', type: 'array<string>' },
    { name: 'c', type: 'decimal(10,2)' },
    { name: 'd', type: 'timestamp' },
  ])
  expect(text).toMatch(/^\/\* Presto View: \S+ \*\/$/)
  expect(JSON.parse(storedDescription(text) ?? '')).toEqual({
    originalSql: 'SELECT 1 AS "a"',
    catalog: 'awsdatacatalog',
    schema: 'ecommerce',
    columns: [
      { name: 'a', type: 'integer' },
      { name: 'b', type: 'array(varchar)' },
      { name: 'c', type: 'decimal(10,2)' },
      { name: 'd', type: 'timestamp(3)' },
    ],
    runAsInvoker: true,
  })
})

test('a text that is no such description is told apart', () => {
  expect(storedDescription('SELECT 1')).toBeUndefined()
  expect(storedDescription('/* Presto View */')).toBeUndefined()
})

test('an audit view gives what is stored as text its type, in SQL that both engines read', () => {
  const table = defineTable({
    name: 't',
    grain: 'One row per thing.',
    columns: {
      at: timestamp('When.'),
      usd: nullable(decimal(12, 4, 'Cost.')),
      ok: boolean('Well?'),
      notes: strings('Notes.'),
    },
  })
  expect(auditViewSql({ lakeDatabase: 'lake' }, table)).toBe(
    'SELECT CAST("at" AS timestamp) AS "at", CAST("usd" AS decimal(12, 4)) AS "usd", "ok", "notes" FROM "lake"."t"',
  )
})
