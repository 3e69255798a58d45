import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
  ["((version = 'v'))", ['v', '1'], true],
  ["(version = 'u') or (version = 'v' and category_id = 2)", ['v', '1'], false],
  ["(version = 'u' or \"version\" >= 'v') and category_id < 2", ['v', '1'], true],
  ['category_id > 9007199254740992', ['v', '9007199254740993'], true],
  ['category_id between 2 and 10', ['v', '9'], true],
  ["category_id between '2' and '10'", ['v', '9'], false],
  ["version <> 'v'", ['v', '1'], false],
])('the filter %j', (expression, values, expected) => {
  expect(partitionFilter(expression, ['version', 'category_id'])(values)).toBe(expected)
})

test.each([
  "version like 'v%'",
  'other = 1',
  "(version = 'v'",
  "version = 'v') and",
  'version = other',
  'version',
])('the filter %j is refused', (expression) => {
  expect(() => partitionFilter(expression, ['version'])).toThrow(/Unsupported expression/)
})

test('pages together are the list, and a foreign token is refused', () => {
  const first = pageOf([1, 2, 3], undefined, 2)
  expect(first).toEqual({ items: [1, 2], NextToken: '2' })
  expect(pageOf([1, 2, 3], first.NextToken, 2)).toEqual({ items: [3] })
  expect(() => pageOf([1], 'x', 2)).toThrow(/Invalid NextToken/)
})

/** What another process does, seen from here: in one stretch of code the catalog stays as it is. */
const later = () => new Promise((done) => setImmediate(done))

test('what another process writes is seen, and is not written over', async () => {
  const { folder, catalog } = catalogWithTable()
  const other = new Catalog(folder)
  catalog.putPartitions('lake', 'events', [{ Values: ['v@r1', '1'] }])
  await later()
  other.putPartitions('lake', 'events', [{ Values: ['v@r1', '2'] }])
  other.createTable('lake', { Name: 'more' })
  other.createDatabase({ Name: 'views' })
  await later()
  expect(catalog.findTable('lake', 'more')?.Name).toBe('more')
  expect(catalog.databases().map(({ Name }) => Name)).toEqual(['lake', 'views'])
  expect(() => catalog.createTable('lake', { Name: 'more' })).toThrow(/already exists/)
  catalog.putPartitions('lake', 'events', [{ Values: ['v@r1', '3'] }])
  const values = (from: Catalog) => from.partitions('lake', 'events').map((found) => found.Values[1])
  expect(values(catalog)).toEqual(['1', '2', '3'])
  await later()
  expect(values(other)).toEqual(['1', '2', '3'])
  expect(values(new Catalog(folder))).toEqual(['1', '2', '3'])
  other.deleteTable('lake', 'events')
  await later()
  expect(catalog.findTable('lake', 'events')).toBeUndefined()
})

test('what another process changes changes the revision of that table alone; nothing else costs a reading', async () => {
  const { folder, catalog } = catalogWithTable()
  catalog.createTable('lake', { Name: 'same' })
  const other = new Catalog(folder)
  const before = catalog.tableRevision('lake', 'same')
  const [all, events] = [catalog.revision, catalog.tableRevision('lake', 'events')]
  await later()
  other.putPartitions('lake', 'events', [{ Values: ['v@r1', '2'] }])
  await later()
  expect(catalog.revision).not.toBe(all)
  expect(catalog.tableRevision('lake', 'events')).not.toBe(events)
  expect(catalog.tableRevision('lake', 'same')).toBe(before)
  const table = catalog.table('lake', 'events')
  await later()
  expect(catalog.table('lake', 'events')).toBe(table)
})

test('in one stretch of code the catalog does not change under the reader', async () => {
  const { folder, catalog } = catalogWithTable()
  const other = new Catalog(folder)
  await later()
  const tables = catalog.tables('lake')
  other.deleteTable('lake', 'events')
  expect(tables.map(({ Name }) => catalog.tableRevision('lake', Name))).toHaveLength(1)
  await later()
  expect(catalog.tables('lake')).toEqual([])
})

test('what is left of a write that failed on its way, every process sees', async () => {
  const { folder, catalog } = catalogWithTable()
  const other = new Catalog(folder)
  mkdirSync(join(folder, 'lake/events/partitions/w.json/taken'), { recursive: true })
  await later()
  const inputs = [{ Values: ['v', '1'] }, { Values: ['w', '1'] }]
  expect(() => other.putPartitions('lake', 'events', inputs)).toThrow()
  rmSync(join(folder, 'lake/events/partitions/w.json'), { recursive: true })
  await later()
  for (const each of [catalog, other])
    expect(each.partitions('lake', 'events').map(({ Values }) => Values)).toEqual([['v', '1']])
})

test('an unchanged catalog is not read again', async () => {
  const { catalog } = catalogWithTable()
  const table = catalog.table('lake', 'events')
  await later()
  expect(catalog.table('lake', 'events')).toBe(table)
})

test.each([
  ['long', `${'v'.repeat(300)}1`, `${'v'.repeat(300)}2`],
  ['not well-formed', 'v\ud800', 'v\ud801'],
  ['odd', '../a', '..%2Fa'],
])('two %s values of a partition key never share a file', (_, first, second) => {
  const { folder, catalog } = catalogWithTable()
  catalog.putPartitions('lake', 'events', [{ Values: [first, '1'] }, { Values: [second, '1'] }])
  catalog.removePartitions('lake', 'events', [[first, '1']])
  const left = new Catalog(folder).partitions('lake', 'events').map(({ Values }) => Values)
  expect(left).toEqual([[second, '1']])
})
