import { expect, it } from 'vitest'
import { caller, openPlatform, until } from '../temporary-platform.ts'

// Long enough to be looked at; nobody waits for its end.
const SLOW = 'select count(*) from range(100000000000) a'

it('a query that this process answers by itself is listed for as long as it runs', async () => {
  const platform = await openPlatform()
  const call = caller(platform)
  const list = async (): Promise<string[]> => (await call('athena', 'listQueryExecutions')).QueryExecutionIds
  const stop = new AbortController()
  const running = platform.query(SLOW, { signal: stop.signal }).catch(() => 'stopped')
  const id = await until(async () => (await list())[0])
  const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId: id })
  expect(QueryExecution).toMatchObject({ Query: SLOW, WorkGroup: 'primary', Status: { State: 'RUNNING' } })
  stop.abort()
  expect(await running).toBe('stopped')
  expect(await list()).toEqual([])
  await platform.query('select 1')
  expect(await list()).toEqual([])
})
