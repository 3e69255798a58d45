import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CSV_COLUMNS, CSV_HEADER } from '../../../../catalog/events.ts'
import { inferColumns } from '../../../../local/glue/infer-columns.ts'
import { jsonColumns } from '../../../../local/glue/json-columns.ts'
import type { Platform } from '../../../../local/platform.ts'
import { caller, openPlatform, until } from '../temporary-platform.ts'

const ROW = '2019-10-01 00:00:00 UTC,view,1,2053013555631882655,a.b,"x, y",1.50,7,s'
const TABLE = { DatabaseName: 'db-ecommerce-raw', Name: 'ecomm_user_activity_uncompressed' }

const keyOf = (file: string, month = '10') =>
  `ecomm_user_activity_uncompressed/p_year=2019/p_month=${month}/${file}`

const crawl = async (platform: Platform) => {
  const call = caller(platform)
  const { crawler: Name } = platform.names
  await call('glue', 'startCrawler', { Name })
  const last = await until(async () => {
    const { Crawler } = await call('glue', 'getCrawler', { Name })
    return Crawler.State === 'READY' ? Crawler.LastCrawl : undefined
  })
  const { CrawlerMetricsList } = await call('glue', 'getCrawlerMetrics', { CrawlerNameList: [Name] })
  return { ...last, ...CrawlerMetricsList[0] }
}

const open = async (files: Record<string, string | Buffer>) => {
  const platform = await openPlatform()
  const put = (key: string, body: string | Buffer) =>
    platform.objects.put(platform.names.rawBucket, key, body)
  for (const [key, body] of Object.entries(files)) await put(key, body)
  return { platform, put, call: caller(platform) }
}

test('the table of the raw files gets its columns, types and partitions', async () => {
  const { platform, call } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n${ROW}\n`,
    [keyOf('b.csv.gz', '11')]: gzipSync(`${CSV_HEADER}\n${ROW}\n`),
  })
  expect(await crawl(platform)).toMatchObject({ Status: 'SUCCEEDED', TablesCreated: 1, TablesUpdated: 0 })
  const { Table } = await call('glue', 'getTable', TABLE)
  const columns = Table.StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => [
    Name,
    Type,
  ])
  expect(columns.map(([name]: string[]) => name)).toEqual(CSV_COLUMNS)
  expect(Object.fromEntries(columns)).toMatchObject({
    category_id: 'bigint',
    price: 'double',
    brand: 'string',
  })
  const { Partitions } = await call('glue', 'getPartitions', { ...TABLE, TableName: TABLE.Name })
  expect(Partitions.map(({ Values }: { Values: string[] }) => Values)).toEqual([
    ['2019', '10'],
    ['2019', '11'],
  ])
  const { rows } = await platform.query(
    'select p_month, category_id, brand, price from "db-ecommerce-raw"."ecomm_user_activity_uncompressed" order by 1',
  )
  expect(rows).toEqual([
    ['10', 2053013555631882655n, 'x, y', 1.5],
    ['11', 2053013555631882655n, 'x, y', 1.5],
  ])
})

test('a second crawl compares: nothing new, then another column, then a folder less', async () => {
  const { platform, put, call } = await open({ [keyOf('a.csv')]: `${CSV_HEADER}\n${ROW}\n` })
  await crawl(platform)
  expect(await crawl(platform)).toMatchObject({ TablesCreated: 0, TablesUpdated: 0 })
  await put(keyOf('b.csv', '11'), `${CSV_HEADER},colour\n${ROW},red\n`)
  expect(await crawl(platform)).toMatchObject({ TablesUpdated: 1 })
  const { Table } = await call('glue', 'getTable', TABLE)
  expect(Table.StorageDescriptor.Columns.at(-1)).toEqual({ Name: 'colour', Type: 'string' })
  await platform.objects.remove(platform.names.rawBucket, keyOf('a.csv'))
  await crawl(platform)
  const { Partitions } = await call('glue', 'getPartitions', { ...TABLE, TableName: TABLE.Name })
  expect(Partitions.map(({ Values }: { Values: string[] }) => Values)).toEqual([['2019', '11']])
})

test('values of partition keys may hold any character', async () => {
  const keys = ['p_year=a%2Fb/p_month=c', 'p_year=a/p_month=b%2Fc'].map(
    (folder) => `ecomm_user_activity_uncompressed/${folder}/a.csv`,
  )
  const { platform, call } = await open(
    Object.fromEntries(keys.map((key) => [key, `${CSV_HEADER}\n${ROW}\n`])),
  )
  const values = async () => {
    await crawl(platform)
    const { Partitions } = await call('glue', 'getPartitions', { ...TABLE, TableName: TABLE.Name })
    return Partitions.map(({ Values }: { Values: string[] }) => Values)
  }
  const [first, second] = [
    ['a', 'b/c'],
    ['a/b', 'c'],
  ]
  expect(await values()).toEqual([first, second])
  expect(await values()).toEqual([first, second])
  await platform.objects.remove(platform.names.rawBucket, keys[0] ?? '')
  expect(await values()).toEqual([first])
})

test('an empty raw zone makes no table, and empty files count for nothing', async () => {
  const { platform, call, put } = await open({})
  expect(await crawl(platform)).toMatchObject({ Status: 'SUCCEEDED' })
  await put(keyOf('empty.csv'), '')
  expect(await crawl(platform)).toMatchObject({ Status: 'SUCCEEDED', TablesCreated: 0 })
  await expect(call('glue', 'getTable', TABLE)).rejects.toMatchObject({ code: 'EntityNotFoundException' })
})

test.each([
  ['cut.csv.gz', gzipSync(`${CSV_HEADER}\n${'x'.repeat(1000)}`).subarray(0, 60)],
  ['text.csv.gz', 'no gzip'],
  ['image.csv', Buffer.from([0, 1, 2, 255, 0])],
])('a crawl of the unreadable file %s is READY again, and only LastCrawl says FAILED', async (file, body) => {
  const { platform } = await open({ [keyOf(file)]: body })
  expect(await crawl(platform)).toMatchObject({
    Status: 'FAILED',
    ErrorMessage: expect.stringContaining(file),
  })
})

test('folders with other partition keys are named', async () => {
  const { platform } = await open({
    [keyOf('a.csv')]: `${CSV_HEADER}\n`,
    'ecomm_user_activity_uncompressed/2019/a.csv': `${CSV_HEADER}\n`,
  })
  expect(await crawl(platform)).toMatchObject({
    Status: 'FAILED',
    ErrorMessage: expect.stringMatching(/2019\/.*Move/),
  })
})

test('a crawler that runs can not be started, and another one is not known', async () => {
  const { platform, call } = await open({ [keyOf('a.csv')]: `${CSV_HEADER}\n${ROW}\n` })
  const { crawler: Name } = platform.names
  await call('glue', 'startCrawler', { Name })
  await expect(call('glue', 'startCrawler', { Name })).rejects.toMatchObject({
    code: 'CrawlerRunningException',
  })
  expect((await call('glue', 'getCrawler', { Name })).Crawler.State).toBe('RUNNING')
  await expect(call('glue', 'getCrawler', { Name: 'x' })).rejects.toMatchObject({
    code: 'EntityNotFoundException',
  })
})

test('a column has the narrowest type that holds all its values', () => {
  const types = (values: string[]) =>
    inferColumns([{ header: ['x'], rows: values.map((value) => [value]) }])[0]?.Type
  expect(types(['1', '', '-9223372036854775808'])).toBe('bigint')
  expect(types(['9223372036854775808'])).toBe('double')
  expect(types(['1', '1.5', '1e3', '.5'])).toBe('double')
  expect(types(['1.5', 'x'])).toBe('string')
  expect(types(['x', '1'])).toBe('string')
  expect(types([''])).toBe('string')
})

describe('what Firehose persisted', () => {
  const STREAM = { DatabaseName: 'db-ecommerce-raw', Name: 'ecomm_user_activity_stream' }
  const hour = (name: string, of = '07') =>
    `ecomm_user_activity_stream/p_year=2019/p_month=10/p_day=05/p_hour=${of}/${name}.json.gz`
  const lines = (...records: unknown[]) =>
    gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(''))

  test('gets a table of its own, with the hours as partitions', async () => {
    const { platform, call } = await open({
      [keyOf('a.csv')]: `${CSV_HEADER}\n${ROW}\n`,
      [hour('a')]: lines({ user_id: 7, brand: 'x, y', price: 1.5 }),
      [hour('a', '08')]: lines({ user_id: 8, brand: null, isNew: true }),
    })
    expect(await crawl(platform)).toMatchObject({ Status: 'SUCCEEDED', TablesCreated: 2 })
    const { Table } = await call('glue', 'getTable', STREAM)
    expect(Table).toMatchObject({
      Parameters: { classification: 'json' },
      PartitionKeys: ['p_year', 'p_month', 'p_day', 'p_hour'].map((Name) => ({ Name, Type: 'string' })),
      StorageDescriptor: {
        Columns: [
          { Name: 'user_id', Type: 'int' },
          { Name: 'brand', Type: 'string' },
          { Name: 'price', Type: 'double' },
          { Name: 'isnew', Type: 'boolean' },
        ],
        SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    })
    const { rows } = await platform.query(
      'select p_hour, user_id, brand from "db-ecommerce-raw".ecomm_user_activity_stream order by 1',
    )
    expect(rows).toEqual([
      ['07', 7, 'x, y'],
      ['08', 8, null],
    ])
  })

  test('may be no JSON here and there: such lines are null to a query', async () => {
    const { platform } = await open({
      [hour('a')]: gzipSync('{"user_id":7}\nx\n{"user_id":"y"}\n{"user_id":8}\n'),
    })
    await crawl(platform)
    const { rows } = await platform.query(
      'select count(user_id) from "db-ecommerce-raw".ecomm_user_activity_stream',
    )
    expect(rows).toEqual([[3n]])
  })

  test('is sampled, two objects an hour', async () => {
    const { platform, call } = await open({
      [hour('a')]: lines({ a: 1 }),
      [hour('b')]: lines({ b: 1 }),
      [hour('c')]: lines({ c: 1 }),
    })
    await crawl(platform)
    const { Table } = await call('glue', 'getTable', STREAM)
    expect(Table.StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name)).toEqual(['a', 'b'])
  })

  test('a column of JSON has the narrowest type that holds all its values', () => {
    const type = (...values: string[]) => jsonColumns(values.map((value) => `{"x":${value}}`))[0]?.Type
    expect(type('1', '-2147483648')).toBe('int')
    expect(type('1', '2147483648', 'null')).toBe('bigint')
    expect(type('9223372036854775807')).toBe('bigint')
    expect(type('9223372036854775808')).toBe('double')
    expect(type('1', '1.5')).toBe('double')
    expect(type('true', 'false')).toBe('boolean')
    expect(type('true', '1')).toBe('string')
    expect(type('"1"', '1')).toBe('string')
    expect(type('null')).toBe('string')
    expect(jsonColumns(['x', '[1]'])).toEqual([])
  })
})
