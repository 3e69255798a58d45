import { expect, test } from 'vitest'
import { configurationFiles } from '../../../../local/trino/configuration.ts'
import { resultColumn } from '../../../../local/trino/result-column.ts'
import { valueText } from '../../../../local/trino/value-text.ts'

test.each([
  ['bigint', 'bigint', 19, 0],
  ['decimal(18,2)', 'decimal', 18, 2],
  ['varchar', 'varchar', 2147483647, 0],
  ['varchar(5)', 'varchar', 5, 0],
  ['real', 'float', 17, 0],
  ['timestamp(3)', 'timestamp', 3, 0],
  ['timestamp(3) with time zone', 'timestamp with time zone', 3, 0],
  ['array(varchar(1))', 'array', 0, 0],
  ['row(a bigint)', 'row', 0, 0],
  ['date', 'date', 0, 0],
])('%s is told as Athena tells it', (type, Type, Precision, Scale) => {
  expect(resultColumn({ name: 'a', type })).toMatchObject({ Name: 'a', Label: 'a', Type, Precision, Scale })
})

test.each([
  [null, undefined],
  ['', ''],
  [true, 'true'],
  [['1', null, 'a'], '[1, null, a]'],
  [{ k: ['1'] }, '{k=[1]}'],
])('%j is the text %j', (value, text) => {
  expect(valueText(value)).toBe(text)
})

test('Trino gets the lake from Glue and S3 alone, listens on this machine, and has Athena’s limit of partitions', () => {
  const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'secret' }
  const names = { lakeDatabase: 'ecommerce_lake' }
  const files = configurationFiles({ port: 7, endpoint: 'http://127.0.0.1:9999', environment, names })
  expect(files['config.properties']).toContain('discovery.uri=http://127.0.0.1:7\n')
  const lines = (files['catalog/awsdatacatalog.properties'] ?? '').trim().split('\n')
  expect(lines).toContain('hive.metastore=glue')
  expect(lines).toContain('hive.max-partitions-per-writers=100')
  expect(lines.filter((line) => line.endsWith('=http://127.0.0.1:9999'))).toHaveLength(2)
  expect(lines.filter((line) => line.endsWith('='))).toEqual([])
  // Lists of files are kept of versions that never change, and of nothing else.
  expect(lines.filter((line) => line.includes('status-cache-tables'))).toEqual([
    'hive.file-status-cache-tables=ecommerce_lake.ecomm_user_activity_parquet',
  ])
})
