import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../local/athena/ask.ts'
import { openLake } from '../../local/cli/open-lake.ts'
import { run } from '../../local/cli/program.ts'
import { isAlive } from '../../local/is-alive.ts'
import { startTrino } from '../../local/trino/start-trino.ts'
import { openTestLake, type TestLake } from '../local/lake-harness.ts'
import { caller, until } from '../unit/local/temporary-platform.ts'
import { type Athena, athenaOf } from './athena-client.ts'
import { testAudit } from './trino-audit.ts'
import { testDefinitions } from './trino-definitions.ts'

const root = mkdtempSync(path.join(tmpdir(), 'trino-engine-'))
let test: TestLake
let lake: TestLake['lake']
let athena: Athena
beforeAll(async () => {
  test = await openTestLake('lake', root, { athena: 'trino' })
  lake = test.lake
  athena = athenaOf(lake.platform)
})
afterAll(async () => {
  await athena?.[Symbol.asyncDispose]()
  await test?.close()
  rmSync(root, { recursive: true, force: true })
})

describe('the audit views on Trino', () =>
  testAudit(
    () => test,
    () => athena,
  ))

describe('the definitions on Trino', () => testDefinitions(() => athena))

it('gives every digit of ids, decimals and times', async () => {
  const select = `select 2053013555631882655 as id, cast('12345678901234567890.12' as decimal(38, 2)) as amount,
    timestamp '2019-10-01 00:00:00.123456' as seen, date '2019-10-01' as day, 1e0 / 3 as rate, cast(null as bigint) as none`
  expect(await athena.rows(select)).toEqual([
    {
      id: 2053013555631882655n,
      amount: '12345678901234567890.12',
      seen: '2019-10-01 00:00:00.123456',
      day: '2019-10-01',
      rate: 1 / 3,
      none: null,
    },
  ])
})

it('shows what the catalog has, also what was added a moment ago beside it', async () => {
  const call = caller(lake.platform)
  expect(await athena.rows('show databases')).toContainEqual({ Schema: 'ecommerce_lake' })
  await athena.rows('create table ecommerce_lake.mine as select 1 as a')
  expect(await athena.rows('select a from ecommerce_lake.mine')).toEqual([{ a: 1 }])
  expect((await lake.platform.query('select a from ecommerce_lake.mine')).rows).toEqual([[1]])
  await call('glue', 'deleteTable', { DatabaseName: 'ecommerce_lake', Name: 'mine' })
  await expect(athena.rows('select a from ecommerce_lake.mine')).rejects.toThrow(/TABLE_NOT_FOUND/)
})

it('stores a view as DuckDB can read it', async () => {
  await athena.rows('create or replace view ecommerce.theirs as select 2 as b')
  expect((await lake.platform.query('select b from ecommerce.theirs')).rows).toEqual([[2]])
  await athena.rows('drop view ecommerce.theirs')
})

it('tells by which engine, and why a statement failed', async () => {
  const call = caller(lake.platform)
  const { QueryExecutionId } = await call('athena', 'startQueryExecution', { QueryString: 'select none' })
  const ended = await until(async () => {
    const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId })
    return QueryExecution.Status.State === 'FAILED' ? QueryExecution : undefined
  })
  expect(ended.EngineVersion.EffectiveEngineVersion).toMatch(/^Trino \d+/)
  expect(ended.Status.StateChangeReason).toMatch(/^COLUMN_NOT_FOUND: .*none/)
})

it('a stopped query ends in Trino too', async () => {
  const call = caller(lake.platform)
  const endless =
    'select count(*) as endless from unnest(sequence(1, 9999)) a(x), unnest(sequence(1, 9999)) b(y), unnest(sequence(1, 9999)) c(z) where x + y + z < 0'
  const { QueryExecutionId } = await call('athena', 'startQueryExecution', { QueryString: endless })
  const states = async () =>
    (
      await athena.rows(
        "select state from system.runtime.queries where query like 'select count(*) as endless%'",
      )
    ).map(({ state }) => state)
  await until(async () => ((await states()).includes('RUNNING') ? true : undefined))
  await call('athena', 'stopQueryExecution', { QueryExecutionId })
  await until(async () => ((await states()).every((state) => state === 'FAILED') ? true : undefined))
  const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId })
  expect(QueryExecution.Status.State).toBe('CANCELLED')
})

it('leaves neither process nor files, also where it could not start', async () => {
  const { endpoint, environment, names } = lake.platform
  const folder = path.join(root, 'second')
  const trino = await startTrino({ endpoint, environment, names, folder })
  expect(isAlive(trino.pid)).toBe(true)
  await trino.stop()
  expect(isAlive(trino.pid)).toBe(false)
  await expect(startTrino({ endpoint, environment, names, folder, heap: '1M' })).rejects.toThrow(
    /did not start.*log ends/s,
  )
  expect(readdirSync(root)).not.toContain('second')
})

it('answers "lake sql" in Athena’s SQL, on views that DuckDB stored', async () => {
  const printed: string[] = []
  const write = process.stdout.write
  process.stdout.write = (text) => printed.push(String(text)) > 0
  try {
    const own = path.join(root, 'own')
    {
      await using embedded = await openLake({ lake: own })
      const view = 'create view ecommerce.ours as select 2053013555631882655 as id'
      await ask(embedded.platform.registry, view, 'ecommerce')
    }
    const query = "select day_of_week(date '2019-10-06') as weekday, id from ecommerce.ours"
    expect(await run(['sql', query, '--lake', own, '--athena', 'trino', '--format', 'csv'])).toBe(0)
  } finally {
    process.stdout.write = write
  }
  expect(printed.join('')).toBe('weekday,id\n7,2053013555631882655\n')
})
