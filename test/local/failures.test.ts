import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { LAKE } from '../../catalog/layout.ts'
import { runRecord } from '../../lambdas/shared/documents.ts'
import { TaskError } from '../../local/executor/task-error.ts'
import { AwsError } from '../../local/registry.ts'
import { csv, goodLines, openTestLake, type TestLake } from './lake-harness.ts'

/** What a test lets a task answer in place of the platform; undefined where the platform is to answer. */
type Instead = (resource: string, input: unknown) => unknown

let lake: TestLake
let number = 0
afterEach(() => lake.close())

/** A lake with one good month, some of whose tasks are answered by the test. */
async function aLake(instead: Instead = () => undefined): Promise<void> {
  number += 1
  lake = await openTestLake(`failures-${number}`, undefined, {
    executor: {
      door: (door) => ({
        async run(resource, input, signal, onSubmitted) {
          const answer = instead(resource, input)
          return answer === undefined ? door.run(resource, input, signal, onSubmitted) : answer
        },
      }),
    },
  })
  lake.put('2019-Oct.csv', csv(...goodLines(120)))
}

const anything = z.looseObject({})
const messages = () => {
  const folder = path.join(lake.lake.root, 'sns', 'outbox')
  return readdirSync(folder)
    .sort()
    .map((file): { Subject: string; Message: string } =>
      JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
    )
}
const recordOf = (run: string) => lake.lake.document(LAKE.run(run, 'run'), runRecord)

/** Redrives a night, to its end. */
async function redrive(name = 'r1') {
  const { states, platform } = lake.lake
  const { ended } = await states.redrive({ machine: platform.names.nightly, name })
  return ended
}
const entered = (name = 'r1') =>
  lake.lake.executions
    .history(lake.lake.platform.names.nightly, name)
    .filter(({ type }) => type.endsWith('StateEntered'))
    .map(({ state }) => state)

describe('a night that fails', () => {
  it('is recorded and told, with what it means and what to type, and ends published when it is redriven', async () => {
    let fails = true
    await aLake((resource) => {
      if (fails && resource.includes('plan-marts')) throw new TaskError('QueryFailedError', 'Athena said no')
      return undefined
    })
    const { execution, record, current } = await lake.night()
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'QueryFailedError' } })
    expect(record).toMatchObject({
      status: 'failed',
      startedAt: execution.startedAt,
      endedAt: execution.stoppedAt,
      slices: [{ curated: 120 }],
      error: { name: 'QueryFailedError', cause: 'Athena said no' },
    })
    expect(current).toBeUndefined()
    expect(messages().map(({ Subject }) => Subject)).toEqual([
      '[dev] Lakehouse night FAILED: QueryFailedError in PlanMarts',
    ])
    expect(messages()[0]?.Message).toMatch(/\n {2}npm run lake -- redrive r1 --lake .*failures-\d+\n/)

    fails = false
    const end = await redrive()
    expect(end).toMatchObject({ status: 'SUCCEEDED', error: null, redriveCount: 1 })
    expect(await recordOf('r1')).toMatchObject({ status: 'published', release: 'r1', error: null })
    expect(entered().filter((state) => state === 'Curate')).toHaveLength(1)
    expect(messages()).toHaveLength(2)
  })

  it('because another one runs, or because of its input, is told as refused', async () => {
    await aLake()
    await lake.night({ month: '2019-10' })
    expect(messages()[0]?.Subject).toBe('[dev] Lakehouse night REFUSED: InvalidInputError in StartNight')
    expect(messages()[0]?.Message).toContain('To start anew, once that is corrected')
    expect(await recordOf('r1')).toMatchObject({ status: 'failed', slices: [] })
  })

  it('keeps its record and its message for the next process where they could not be written', async () => {
    await aLake((resource) => {
      if (resource.includes('plan-slices')) throw new TaskError('Boom', 'it broke')
      return undefined
    })
    const { registry } = lake.lake.platform
    registry.register('sns', 'publish', anything, async () => {
      throw new AwsError('InternalError', 'out of order', 500)
    })
    const { record } = await lake.night()
    expect(record).toBeUndefined()
    const { root } = lake.lake
    await lake.lake[Symbol.asyncDispose]()
    lake = await openTestLake(path.basename(root), path.dirname(root), { exclusive: true })
    expect(await recordOf('r1')).toMatchObject({ status: 'failed', error: { name: 'Boom' } })
    expect(messages()).toHaveLength(1)
  })
})

describe('a job that is killed', () => {
  const version = 'curated/version=csv-2019-10@r1/'
  /** Fails the first runs, each of which leaves half of what it had written. */
  const killing = (kills: number): Instead => {
    let killed = 0
    return (resource) => {
      if (!resource.includes('glue:startJobRun') || killed >= kills) return undefined
      killed += 1
      const folder = lake.lake.platform.objects.folderOf(lake.lake.platform.names.lakeBucket, version)
      mkdirSync(path.join(folder, 'category_id=1'), { recursive: true })
      writeFileSync(path.join(folder, 'category_id=1', 'half.parquet'), 'PAR1 half')
      throw new TaskError('States.TaskFailed', '{"JobRunState":"FAILED","ErrorMessage":"killed by SIGKILL"}')
    }
  }
  const content = () => lake.query('select * from ecommerce.user_activity order by all')

  it('runs once more, and what it had left is in no release', async () => {
    await aLake()
    await lake.night()
    const undisturbed = await content()
    await lake.close()
    await aLake(killing(1))
    const { execution, record } = await lake.night()
    expect(execution.status).toBe('SUCCEEDED')
    expect(record).toMatchObject({ status: 'published', slices: [{ curated: 120, files: 1 }] })
    expect(await content()).toEqual(undisturbed)
  })

  it('twice ends the night, which a redrive completes', async () => {
    await aLake(killing(2))
    const { execution, record } = await lake.night()
    expect(execution.error?.name).toBe('States.TaskFailed')
    expect(record?.error).toEqual({ name: 'States.TaskFailed', cause: 'killed by SIGKILL' })
    expect((await redrive()).status).toBe('SUCCEEDED')
    expect(entered().filter((state) => state === 'GatePartitionKey')).toHaveLength(1)
  })
})

describe('a failure that a service answers', () => {
  it('of the crawler ends the night; the redrive crawls again', async () => {
    let broken = true
    await aLake((resource) =>
      broken && resource.endsWith('glue:getCrawler')
        ? { Crawler: { State: 'READY', LastCrawl: { Status: 'FAILED', ErrorMessage: 'no access' } } }
        : undefined,
    )
    const { execution } = await lake.night()
    expect(execution.error).toMatchObject({
      name: 'CrawlFailedError',
      cause: expect.stringContaining('no access'),
    })
    broken = false
    expect(await redrive()).toMatchObject({ status: 'SUCCEEDED', error: null })
    expect(entered().filter((state) => state === 'StartCrawler')).toHaveLength(2)
  })

  it('of the crawler ends the night again where nothing was mended', async () => {
    let crawls = 0
    await aLake((resource) => {
      if (resource.endsWith('glue:startCrawler')) crawls += 1
      return resource.endsWith('glue:getCrawler')
        ? { Crawler: { State: 'READY', LastCrawl: { Status: 'FAILED', ErrorMessage: 'no access' } } }
        : undefined
    })
    await lake.night()
    expect(await redrive()).toMatchObject({ status: 'FAILED', error: { name: 'CrawlFailedError' } })
    expect(crawls).toBe(2)
    expect(messages()).toHaveLength(2)
    expect(messages()[1]?.Message).toContain('redriven once')
  })

  it('of an ingestion ends the night after it has published; the redrive refreshes under another id', async () => {
    await aLake((resource, input) => {
      const { IngestionId = '', DataSetId = '' } = (input ?? {}) as {
        IngestionId?: string
        DataSetId?: string
      }
      const isIt = resource.endsWith('quicksight:describeIngestion') && IngestionId.endsWith('-sales_per_day')
      return isIt
        ? {
            Ingestion: {
              DataSetId,
              IngestionId,
              IngestionStatus: 'FAILED',
              ErrorInfo: { Message: 'no capacity' },
            },
          }
        : undefined
    })
    const { execution, record, current } = await lake.night()
    expect(execution.error).toMatchObject({
      name: 'IngestionFailedError',
      cause: expect.stringMatching(/the release is published.*no capacity/),
    })
    expect(record).toMatchObject({ status: 'failed', release: 'r1' })
    expect(current?.release).toBe('r1')
    expect(messages()[0]?.Message).toContain('Analysts see release r1: it was published before the failure.')
    expect((await redrive()).status).toBe('SUCCEEDED')
    expect(await recordOf('r1')).toMatchObject({ status: 'published', release: 'r1' })
    expect(existsSync(path.join(lake.lake.root, 'quicksight'))).toBe(true)
  })

  it('of a mart ends the night after three attempts; the redrive makes one more', async () => {
    let builds = 0
    await aLake((resource, input) => {
      const { QueryString = '' } = (input ?? {}) as { QueryString?: string }
      if (!resource.includes('athena:startQueryExecution') || !QueryString.includes('tmp_sales_per_day'))
        return undefined
      builds += 1
      if (builds <= 3) throw new TaskError('States.TaskFailed', 'INSUFFICIENT_RESOURCES')
      return undefined
    })
    const { execution, current } = await lake.night()
    expect(execution.error).toEqual({
      name: 'QueryFailedError',
      cause:
        'sales_per_day-2019-10 failed at every attempt, at last with States.TaskFailed: INSUFFICIENT_RESOURCES',
    })
    expect(current).toBeUndefined()
    expect((await redrive()).status).toBe('SUCCEEDED')
    expect(builds).toBe(4)
  })
})

describe('a night that is redriven too late', () => {
  it('does not take back what a later night has published', async () => {
    let fails = true
    await aLake((resource) => {
      if (fails && resource.includes('gate-slice')) throw new TaskError('Boom', 'it broke')
      return undefined
    })
    await lake.night()
    fails = false
    lake.put('more.csv', csv(...goodLines(10, { brand: 'apple' })))
    const { record } = await lake.night()
    expect(record).toMatchObject({ status: 'published', slices: [{ read: 130 }] })
    const end = await redrive('r1')
    expect(end).toMatchObject({ status: 'FAILED', error: { name: 'OvertakenError' } })
    expect(await lake.query('select count(*) from ecommerce.user_activity')).toEqual([[130n]])
  })
})
