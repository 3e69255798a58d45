import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Catalog } from '../../../../local/glue/catalog.ts'
import { pageOf } from '../../../../local/glue/paging.ts'
import { partitionFilter } from '../../../../local/glue/partition-expression.ts'
import { temporaryFolder } from '../temporary-platform.ts'

const catalogWithTable = () => {
  const folder = temporaryFolder()
  const catalog = new Catalog(folder)
  catalog.createDatabase({ Name: 'lake' })
  catalog.createTable('lake', {
    Name: 'events',
    StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }], Location: 's3://b/events/' },
    PartitionKeys: [
      { Name: 'version', Type: 'string' },
      { Name: 'category_id', Type: 'bigint' },
    ],
  })
  return { folder, catalog }
}

test('all of it is read from disk again', () => {
  const { folder, catalog } = catalogWithTable()
  catalog.putPartitions('lake', 'events', [{ Values: ['csv-2019-10@r1', '1'], Parameters: { x: 'y' } }])
  const again = new Catalog(folder)
  expect(again.databases()).toEqual(catalog.databases())
  expect(again.table('lake', 'events')).toEqual(catalog.table('lake', 'events'))
  expect(again.partitions('lake', 'events')).toEqual(catalog.partitions('lake', 'events'))
})

test('700 partitions of a version are one file, without a copy of the columns in each', () => {
  const { folder, catalog } = catalogWithTable()
  const Columns = [{ Name: 'a', Type: 'int' }]
  const partitions = Array.from({ length: 700 }, (_, i) => ({
    Values: ['v@r1', `${i}`],
    StorageDescriptor: { Columns, Location: `s3://b/events/${i}/` },
  }))
  catalog.putPartitions('lake', 'events', partitions)
  expect(readdirSync(join(folder, 'lake/events/partitions'))).toEqual(['v%40r1.json'])
  expect(catalog.partition('lake', 'events', ['v@r1', '7'])?.StorageDescriptor).toEqual({
    Location: 's3://b/events/7/',
  })
  catalog.removePartitions(
    'lake',
    'events',
    partitions.map(({ Values }) => Values),
  )
  expect(readdirSync(join(folder, 'lake/events/partitions'))).toEqual([])
})

test('the revision tells what has changed', () => {
  const { catalog } = catalogWithTable()
  const before = [catalog.revision, catalog.tableRevision('lake', 'events')]
  catalog.table('lake', 'events')
  expect([catalog.revision, catalog.tableRevision('lake', 'events')]).toEqual(before)
  catalog.putPartitions('lake', 'events', [])
  expect(catalog.revision).toBe(before[0])
  catalog.putPartitions('lake', 'events', [{ Values: ['v', '1'] }])
  expect(catalog.revision).not.toBe(before[0])
  expect(catalog.tableRevision('lake', 'events')).not.toBe(before[1])
})

test('names are kept in lower case, and a partition needs a value for each key', () => {
  const { catalog } = catalogWithTable()
  expect(catalog.findTable('LAKE', 'Events')?.Name).toBe('events')
  expect(() => catalog.putPartitions('lake', 'events', [{ Values: ['v'] }])).toThrow(/partition keys/)
})

test('a damaged file is named with the remedy', () => {
  const { folder } = catalogWithTable()
  writeFileSync(join(folder, 'lake/events/table.json'), '{')
  expect(() => new Catalog(folder)).toThrow(/table\.json can't be read.*delete the lake's folder/s)
})

test.each([
  [undefined, ['v', '1'], true],
  ["version = 'v'", ['v', '1'], true],
  ["version = 'w'", ['v', '1'], false],
  ["version in ('u', 'v') and category_id = 1", ['v', '1'], true],
  ["version in ('u', 'v') AND category_id IN (2, 3)", ['v', '1'], false],
  ["version = 'v' and version = 'w'", ['v', '1'], false],
  ["version = 'it''s'", ["it's", '1'], true],
])('the filter %j', (expression, values, expected) => {
  expect(partitionFilter(expression, ['version', 'category_id'])(values)).toBe(expected)
})

test.each(["version > 'v'", 'other = 1', "version = 'v' or version = 'w'"])(
  'the filter %j is refused',
  (expression) => {
    expect(() => partitionFilter(expression, ['version'])).toThrow(/Unsupported expression/)
  },
)

test('pages together are the list, and a foreign token is refused', () => {
  const first = pageOf([1, 2, 3], undefined, 2)
  expect(first).toEqual({ items: [1, 2], NextToken: '2' })
  expect(pageOf([1, 2, 3], first.NextToken, 2)).toEqual({ items: [3] })
  expect(() => pageOf([1], 'x', 2)).toThrow(/Invalid NextToken/)
})
