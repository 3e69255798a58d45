import { DuckDBInstance } from '@duckdb/node-api'
import { expect, onTestFinished, test, vi } from 'vitest'
import { interruptible } from '../../../../local/duckdb/interruptible.ts'
import { rowsOf } from '../../../../local/duckdb/rows-of.ts'
import { identifier, quoted, quotedPath } from '../../../../local/duckdb/text.ts'
import { withDuckDB } from '../../../../local/duckdb/with-duckdb.ts'

const ENDLESS = 'SELECT count(*) FROM range(1000000000) a, range(1000) b WHERE a.range % 7 = b.range'
const limits = { memoryLimit: '200MB', threads: 1, tempDirectory: '' }
const stop = new Error('stopped by the user')

const connect = async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  onTestFinished(() => {
    connection.closeSync()
    instance.closeSync()
  })
  return connection
}

test('a signal ends the statement that runs', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(stop), 50)
  const forever = withDuckDB({ ...limits, signal: controller.signal }, (connection) =>
    connection.run(ENDLESS),
  )
  await expect(forever).rejects.toBe(stop)
})

test('a signal between two statements ends the second one', async () => {
  const controller = new AbortController()
  const forever = withDuckDB({ ...limits, signal: controller.signal }, async (connection) => {
    await connection.run('SELECT 1')
    // An interrupt of a connection that does nothing is lost.
    controller.abort(stop)
    await connection.run(ENDLESS)
  })
  await expect(forever).rejects.toBe(stop)
})

test('a signal while DuckDB opens lets no work begin', async () => {
  const controller = new AbortController()
  const work = vi.fn(async () => 1)
  const opened = withDuckDB({ ...limits, signal: controller.signal }, work)
  controller.abort(stop)
  await expect(opened).rejects.toBe(stop)
  await expect(withDuckDB({ ...limits, signal: controller.signal }, work)).rejects.toBe(stop)
  expect(work).not.toHaveBeenCalled()
})

test('work that ends in spite of a signal has ended well, and nothing is interrupted any more', async () => {
  const connection = await connect()
  const interrupt = vi.spyOn(connection, 'interrupt')
  const controller = new AbortController()
  const done = await interruptible(connection, controller.signal, async () => {
    controller.abort(stop)
    return 'done'
  })
  expect(done).toBe('done')
  const before = interrupt.mock.calls.length
  await new Promise((go) => setTimeout(go, 60))
  expect(interrupt.mock.calls.length).toBe(before)
})

test('what fails without a signal is told as it is', async () => {
  const failure = withDuckDB({ ...limits, signal: new AbortController().signal }, (connection) =>
    connection.run('SELECT nothing'),
  )
  await expect(failure).rejects.toThrow(/column "nothing" was not found/)
})

test('rows are objects, with BIGINT as bigint, NULL as null and times in UTC', async () => {
  const sql = "SELECT 1::BIGINT AS a, NULL AS b, current_setting('TimeZone') AS c"
  expect(await withDuckDB(limits, (connection) => rowsOf(connection, sql))).toEqual([
    { a: 1n, b: null, c: 'UTC' },
  ])
})

test('texts, paths and names stand for themselves, whatever is in them', async () => {
  const name = `it's "1"`
  const sql = `SELECT ${quoted(name)} AS ${identifier(name)}`
  expect(await withDuckDB(limits, (connection) => rowsOf(connection, sql))).toEqual([{ [name]: name }])
  expect(quotedPath("/it's [1]*/?", '/*.csv')).toBe("'/it''s [[]1][*]/[?]/*.csv'")
})
