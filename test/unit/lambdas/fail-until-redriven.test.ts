import { beforeEach, describe, expect, it } from 'vitest'
import { handler } from '../../../lambdas/fail-until-redriven/handler.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const crawl = { run: 'r1', what: 'crawl', error: 'CrawlFailedError', cause: 'no access' }
const mart = (cause: string) => ({
  run: 'r1',
  what: 'sales_per_day-2019-10',
  error: 'QueryFailedError',
  caught: 'States.TaskFailed',
  cause,
})

describe('a failure that a service answered', () => {
  it('is thrown under its name', async () => {
    await expect(handler(crawl)).rejects.toMatchObject({ name: 'CrawlFailedError', message: 'no access' })
    await expect(
      handler({ run: 'r1', what: 'd', error: 'IngestionFailedError', cause: 'FAILED' }),
    ).rejects.toMatchObject({ name: 'IngestionFailedError', message: 'FAILED' })
  })

  it('that was caught says what it was, in the words of the service', async () => {
    const cause = '{"QueryExecution":{"Status":{"StateChangeReason":"SYNTAX_ERROR: line 1"}}}'
    await expect(handler(mart(cause))).rejects.toMatchObject({
      name: 'QueryFailedError',
      message:
        'sales_per_day-2019-10 failed at every attempt, at last with States.TaskFailed: SYNTAX_ERROR: line 1',
    })
  })

  it('lets the redrive go on, which may fail anew', async () => {
    await expect(handler(crawl)).rejects.toThrow('no access')
    await expect(handler(crawl)).resolves.toEqual({})
    await expect(handler(crawl)).rejects.toThrow('no access')
    await expect(handler(crawl)).resolves.toEqual({})
  })

  it('is one of its own for each thing that fails, and for each run', async () => {
    await expect(handler(crawl)).rejects.toThrow()
    await expect(handler({ ...crawl, run: 'r2' })).rejects.toThrow()
    await expect(handler(mart('x'))).rejects.toThrow()
    expect(aws.s3.json(LAKE_BUCKET, 'control/runs/r1/crawl.failure.json')).toMatchObject({
      error: 'CrawlFailedError',
      cause: 'no access',
      isThrown: true,
    })
  })

  it('of a kind that nobody knows is refused', async () => {
    await expect(handler({ ...crawl, error: 'SomeError' })).rejects.toMatchObject({
      name: 'InvalidInputError',
    })
  })
})
