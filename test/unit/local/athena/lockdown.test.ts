import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Engine } from '../../../../local/athena/engine.ts'
import { Catalog } from '../../../../local/glue/catalog.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
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

/** A connection of the engine, without what guards the statements that reach it from outside. */
const connect = async () => {
  const root = temporaryFolder()
  const elsewhere = temporaryFolder()
  for (const name of ['linked.csv', 'other.csv']) writeFileSync(join(elsewhere, name), 'a\n1\n')
  const objects = new ObjectStore(root, ['raw'])
  symlinkSync(join(elsewhere, 'linked.csv'), join(objects.bucketPath('raw'), 'linked.csv'))
  mkdirSync(join(root, 'inside'))
  writeFileSync(join(root, 'inside', 'a.csv'), 'a\n1\n')
  const engine = new Engine({
    catalog: new Catalog(join(root, 'glue')),
    objects,
    folders: [join(root, 'inside')],
    linkFolder: objects.bucketPath('raw'),
    spillFolder: join(root, 'spill'),
    memoryLimit: '200MB',
    threads: 1,
  })
  const connection = await engine.connect()
  onTestFinished(() => {
    connection.closeSync()
    engine.close()
  })
  return { connection, root, elsewhere }
}

test('the engine itself can read the lake, the files linked into it, and nothing else; and write nowhere else', async () => {
  const { connection, root, elsewhere } = await connect()
  const read = (path: string) => connection.run(`SELECT * FROM read_csv('${path}')`)
  await read(join(root, 'inside', 'a.csv'))
  await read(join(elsewhere, 'linked.csv'))
  const disabled = /disabled (by|through) configuration/
  await expect(read(join(elsewhere, 'other.csv'))).rejects.toThrow(disabled)
  const target = join(elsewhere, 'out')
  for (const sql of [`COPY (SELECT 1) TO '${target}'`, `ATTACH '${target}'`, 'INSTALL httpfs', 'LOAD httpfs'])
    await expect(connection.run(sql), sql).rejects.toThrow(disabled)
  expect(existsSync(target)).toBe(false)
})

test.each([
  'threads = 1',
  "memory_limit = '100GB'",
  "TimeZone = 'Europe/Berlin'",
  'autoload_known_extensions = true',
  'lock_configuration = false',
  "temp_directory = '/'",
])('no statement can set %s', async (setting) => {
  const { connection } = await connect()
  await expect(connection.run(`SET GLOBAL ${setting}`)).rejects.toThrow('configuration has been locked')
})

test('an extension that is not built in is not fetched', async () => {
  const { connection } = await connect()
  await expect(connection.run("SELECT * FROM read_xlsx('x.xlsx')")).rejects.toThrow(/^Catalog Error/)
})

test('time is UTC, whatever the machine says', async () => {
  const { rows } = await (await openPlatform()).query(
    "SELECT current_setting('TimeZone'), TIMESTAMPTZ '2019-10-01 12:00:00+02'",
  )
  expect(rows).toEqual([['UTC', '2019-10-01 10:00:00']])
})
