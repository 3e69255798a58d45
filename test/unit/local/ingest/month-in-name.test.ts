import { expect, it } from 'vitest'
import { monthInName } from '../../../../local/ingest/month-in-name.ts'

it.each([
  ['2019-Oct.csv', '2019-10'],
  ['2019-october.csv.gz', '2019-10'],
  ['2019_SEPT.zip', '2019-09'],
  ['2019-10.csv', '2019-10'],
  ['oct_2019.csv', '2019-10'],
  ['events for May 2020 (final).csv', '2020-05'],
  ['2019_10_export.csv', '2019-10'],
  ['export-201910.csv', '2019-10'],
  ['2019-10-01.csv', '2019-10'],
  ['20191031.csv', '2019-10'],
  ['10-2019.csv', '2019-10'],
  ['2019-Oct-sample.csv', '2019-10'],
])('%s is of %s', (name, month) => {
  expect(monthInName(name)).toBe(month)
})

it.each([
  'events.csv',
  'événements 東京.csv',
  '2019.csv',
  '2019-13.csv',
  'decoy_2019.csv',
  'order-1201910.csv',
  '2019-1.csv',
])('%s tells no month', (name) => {
  expect(monthInName(name)).toBeUndefined()
})
