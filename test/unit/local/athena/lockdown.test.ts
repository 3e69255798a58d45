import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPlatform, temporaryFolder } from '../temporary-platform.ts'
import { run } from './run.ts'

const outside = () => {
  const path = join(temporaryFolder(), 'secret.csv')
  writeFileSync(path, 'secret\nvalue\n')
  return path
}

test('a query reads the lake and no other file, however it names it', async () => {
  const platform = await openPlatform()
  const path = outside()
  const functions = [
    `SELECT * FROM read_csv('${path}')`,
    `SELECT * FROM read_text('${path}')`,
    `SELECT * FROM read_blob('${path}')`,
    `SELECT * FROM glob('${join(path, '..')}/*')`,
    `SELECT * FROM '${path}'`,
    `SELECT * FROM read_csv('${platform.paths.root}/s3/../../${path}')`,
    `SELECT * FROM sniff_csv('${path}')`,
    `SELECT * FROM query('SELECT * FROM read_csv(''${path}'')')`,
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
  ]
  for (const sql of functions) {
    const ended = await run(platform, sql)
    expect(ended, sql).toMatchObject({
      state: 'FAILED',
      reason: expect.stringMatching(/disabled by configuration|PERMISSION|not found|does not exist/i),
    })
  }
})

test('nothing but a query runs: no settings, extensions, files or databases', async () => {
  const platform = await openPlatform()
  const target = join(temporaryFolder(), 'out.csv')
  const statements = [
    'SET threads = 1',
    'RESET lock_configuration',
    'INSTALL httpfs',
    'LOAD httpfs',
    `ATTACH '${target}'`,
    `COPY (SELECT 1) TO '${target}'`,
    `EXPLAIN ANALYZE COPY (SELECT 1) TO '${platform.paths.root}/s3/${platform.names.lakeBucket}/out.csv'`,
    `EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1`,
    'PRAGMA database_list',
    'CALL pragma_version()',
    'CREATE TABLE x (a int)',
    'CREATE FUNCTION f() AS 1',
    'DELETE FROM x',
    'USE memory',
  ]
  for (const sql of statements) {
    expect(await run(platform, sql), sql).toMatchObject({ state: 'FAILED' })
    await expect(platform.query(sql), sql).rejects.toThrow()
  }
  expect(existsSync(target)).toBe(false)
  expect((await platform.objects.list(platform.names.lakeBucket)).objects).toEqual([])
})

test('time is UTC, whatever the machine says', async () => {
  const { rows } = await (await openPlatform()).query(
    "SELECT current_setting('TimeZone'), TIMESTAMPTZ '2019-10-01 12:00:00+02'",
  )
  expect(rows).toEqual([['UTC', '2019-10-01 10:00:00']])
})
