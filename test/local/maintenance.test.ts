import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARTS } from '../../athena-views/index.ts'
import { LAKE, monthPartition, RAW } from '../../catalog/layout.ts'
import { currentPointer, hold, type Release, release } from '../../lambdas/shared/documents.ts'
import { backfillRecord, vacuumPlan, vacuumRecord } from '../../lambdas/shared/maintenance-documents.ts'
import { runMachine } from '../../local/cli/run-machine.ts'
import type { ExecutionRecord } from '../../local/executor/execution-store.ts'
import { TaskError } from '../../local/executor/task-error.ts'
import { csv, goodLines, openTestLake, type TestLake } from './lake-harness.ts'
import { withEnvironment } from './with-environment.ts'

type Machine = 'nightly' | 'backfill' | 'rollback' | 'vacuum'

/** Fails tasks as a test says: by a part of the resource and of what it is given. */
interface Sabotage {
  resource?: string
  input?: string
  /** Only once so many months of backfills have come to their end. */
  monthsBefore?: number
}

/** A lake of three months, with what an operator does and sees. */
async function operatedLake(name: string) {
  const sabotage: Sabotage = {}
  /** Months that were curated by a job, in the order of their jobs. */
  const jobs: string[] = []
  let monthsFinished = 0
  const test: TestLake = await openTestLake(name, undefined, {
    executor: {
      // Not an hour of grace: nobody reads here.
      ...withEnvironment({ VACUUM_GRACE_HOURS: '0.0000001' }),
      door: (door) => ({
        ...door,
        async run(resource, input, ...rest) {
          const given = JSON.stringify(input)
          if (resource.includes('glue:startJobRun'))
            jobs.push(/(\d{4}-\d\d)\.manifest/.exec(given)?.[1] ?? '?')
          const { resource: part, input: word = '', monthsBefore = 0 } = sabotage
          if (part && resource.includes(part) && given.includes(word)) {
            while (monthsFinished < monthsBefore) await sleep(5)
            throw new TaskError('SabotageError', `${part} was to fail`)
          }
          const result = await door.run(resource, input, ...rest)
          if (resource.includes('finish-month')) monthsFinished += 1
          return result
        },
      }),
    },
  })
  const { lake } = test
  const { names, objects } = lake.platform
  const put = (month: string, file = 'a.csv', rows = 60, brand = 'samsung') =>
    test.put(
      file,
      csv(...goodLines(rows, { brand }).map((text) => text.replaceAll('2019-10-01', `${month}-02`))),
      {
        month,
      },
    )
  for (const month of ['2019-10', '2019-11', '2019-12']) put(month)
  return {
    ...test,
    sabotage,
    jobs,
    put,
    remove: (month: string, file = 'a.csv') =>
      objects.remove(names.rawBucket, `${RAW.uncompressed}${monthPartition(month)}${file}`),
    run: (machine: Machine, input: unknown): Promise<ExecutionRecord> =>
      runMachine(lake, { machine: names[machine], input }),
    redrive: async (machine: Machine, { name: execution }: ExecutionRecord) =>
      (await lake.states.redrive({ machine: names[machine], name: execution })).ended,
    async current(): Promise<Release | undefined> {
      const pointer = await lake.document(LAKE.current, currentPointer)
      return pointer && lake.document(LAKE.release(pointer.release), release)
    },
    count: async (view = 'user_activity') =>
      Number((await test.query(`select count(*) from ecommerce.${view}`))[0]?.[0]),
    versionsOf: (document: Release | undefined) =>
      Object.values(document?.slices ?? {}).map(({ version }) => version),
  }
}

describe('adoption: a night that comes after one that failed', () => {
  let lake: Awaited<ReturnType<typeof operatedLake>>
  beforeAll(async () => {
    lake = await operatedLake('adoption')
  })
  afterAll(() => lake.close())

  it('does no job again, and publishes what the failed one had curated', async () => {
    lake.sabotage.resource = 'prepare-mart'
    const failed = await lake.night()
    expect(failed.execution).toMatchObject({ status: 'FAILED', error: { name: 'SabotageError' } })
    expect(lake.jobs.splice(0).sort()).toEqual(['2019-10', '2019-11', '2019-12'])

    delete lake.sabotage.resource
    const { record, current } = await lake.night()
    expect(lake.jobs).toEqual([])
    expect(record).toMatchObject({ status: 'published', slices: [] })
    expect(record?.adopted).toHaveLength(3)
    expect(lake.versionsOf(current).every((version) => version.endsWith(`@${failed.execution.name}`))).toBe(
      true,
    )
    expect(await lake.count()).toBe(180)
    expect((await lake.night()).record?.status).toBe('unchanged')
  })

  it('late data: a file that comes to an old month makes that slice anew, its marts, and those that look ahead', async () => {
    lake.put('2019-11', 'late.csv', 40, 'apple')
    const { record, current, execution } = await lake.night()
    expect(lake.jobs.splice(0)).toEqual(['2019-11'])
    expect(record?.slices).toMatchObject([{ slice: 'csv-2019-11', read: 100 }])
    const built = MARTS.flatMap(({ name }) =>
      Object.entries(current?.marts[name] ?? {})
        .filter(([, { version }]) => version.endsWith(`@${execution.name}`))
        .map(([month]) => `${name} ${month}`),
    )
    const expected = MARTS.flatMap(({ name, window }) => [
      ...(window.monthsAfter > 0 ? [`${name} 2019-10`] : []),
      `${name} 2019-11`,
      ...(window.monthsBefore > 0 ? [`${name} 2019-12`] : []),
    ])
    expect(built.filter((mart) => mart.endsWith('2019-10') || mart.endsWith('2019-11')).sort()).toEqual(
      expected.filter((mart) => !mart.endsWith('2019-12')).sort(),
    )
    expect(record?.martsBuilt).toBe(built.length)
    expect(built.length).toBeLessThan(MARTS.length * 3)
    expect(await lake.count()).toBe(220)
  })

  it('deleted input: halts, says which file, changes nothing; confirmed, the slice goes', async () => {
    await lake.remove('2019-12')
    const halted = await lake.night()
    expect(halted.execution.error?.name).toBe('DeletedInputError')
    expect(halted.execution.error?.cause).toMatch(
      /csv-2019-12 has lost all its files \(.*p_month=12\/a\.csv\)/,
    )
    expect(await lake.count()).toBe(220)

    const { current } = await lake.night({ acceptDeletions: ['2019-12'] })
    expect(Object.keys(current?.slices ?? {})).toEqual(['csv-2019-10', 'csv-2019-11'])
    expect(await lake.count()).toBe(160)
    expect(
      await lake.query("select count(*) from ecommerce.sales_per_day where event_date >= '2019-12-01'"),
    ).toEqual([[0n]])
    expect((await lake.night()).record?.status).toBe('unchanged')
  })

  it('deleted input: what is left of a slice is made anew', async () => {
    await lake.remove('2019-11', 'late.csv')
    expect((await lake.night()).execution.error?.name).toBe('DeletedInputError')
    const { record } = await lake.night({ acceptDeletions: ['2019-11'] })
    expect(record?.slices).toMatchObject([{ slice: 'csv-2019-11', read: 60 }])
    expect(await lake.count()).toBe(120)
  })
})

describe('backfill', () => {
  let lake: Awaited<ReturnType<typeof operatedLake>>
  beforeAll(async () => {
    lake = await operatedLake('backfill')
  })
  afterAll(() => lake.close())
  const RANGE = { from: '2019-10', to: '2020-01' }
  const recordOf = async ({ output }: ExecutionRecord) =>
    lake.lake.document(LAKE.run((output as { run: string }).run, 'backfilled'), backfillRecord)

  it('of which a month fails publishes nothing; redriven it does that month alone, and publishes all at once', async () => {
    lake.sabotage.resource = 'reconcile-slice'
    lake.sabotage.input = 'csv-2019-12'
    lake.sabotage.monthsBefore = 2
    const failed = await lake.run('backfill', RANGE)
    expect(failed).toMatchObject({ status: 'FAILED', error: { name: 'States.TaskFailed' } })
    expect(failed.error?.cause).toContain('SabotageError')
    expect(await lake.current()).toBeUndefined()
    const before = lake.jobs.splice(0)
    expect(before).toContain('2019-12')

    delete lake.sabotage.resource
    const redriven = await lake.redrive('backfill', failed)
    expect(redriven.status).toBe('SUCCEEDED')
    expect(lake.jobs.splice(0)).toEqual(['2019-12'])
    expect(await recordOf(redriven)).toMatchObject({
      months: ['2019-10', '2019-11', '2019-12'],
      missing: ['2020-01'],
      isPublished: true,
    })
    expect(await lake.count()).toBe(180)
    expect(lake.versionsOf(await lake.current()).every((version) => version.includes('@month-'))).toBe(true)
  })

  it('of what is published already does nothing, and so does the next night', async () => {
    const record = await recordOf(await lake.run('backfill', RANGE))
    expect(record?.isPublished).toBe(false)
    expect(record?.results.flatMap(({ unchanged }) => unchanged)).toHaveLength(3)
    expect(lake.jobs).toEqual([])
    expect((await lake.night()).record?.status).toBe('unchanged')
  })

  it('of the same range, once more, does only what a failed one has left', async () => {
    for (const month of ['2019-10', '2019-12']) lake.put(month, 'more.csv', 20, 'huawei')
    lake.sabotage.resource = 'check-night'
    lake.sabotage.input = '"publishes":true'
    expect((await lake.run('backfill', RANGE)).status).toBe('FAILED')
    expect(lake.jobs.splice(0).sort()).toEqual(['2019-10', '2019-12'])
    delete lake.sabotage.resource
    delete lake.sabotage.input
    lake.put('2019-11', 'more.csv', 20, 'huawei')
    const record = await recordOf(await lake.run('backfill', RANGE))
    expect(lake.jobs.splice(0)).toEqual(['2019-11'])
    expect(record).toMatchObject({ isPublished: true })
    expect(record?.results.flatMap(({ adopted }) => adopted)).toEqual(['csv-2019-10', 'csv-2019-12'])
    expect(await lake.count()).toBe(240)
  })

  it('that is forced does all of it, once: a redrive repeats only what is missing', async () => {
    const former = await lake.current()
    lake.sabotage.resource = 'plan-marts'
    const failed = await lake.run('backfill', { ...RANGE, force: true })
    expect(failed.status).toBe('FAILED')
    expect(lake.jobs.splice(0).sort()).toEqual(['2019-10', '2019-11', '2019-12'])
    delete lake.sabotage.resource
    // A night that comes between does not publish a part of it.
    expect((await lake.night()).record?.status).toBe('unchanged')
    expect((await lake.redrive('backfill', failed)).status).toBe('SUCCEEDED')
    expect(lake.jobs).toEqual([])
    const versions = lake.versionsOf(await lake.current())
    expect(versions.filter((version) => lake.versionsOf(former).includes(version))).toEqual([])
    expect(await lake.count()).toBe(240)
  })

  it('beside a night: each leaves the other’s months alone, and both are published', async () => {
    lake.put('2019-11', 'late.csv', 40, 'apple')
    lake.put('2020-03')
    const { names } = lake.lake.platform
    const backfill = lake.run('backfill', { from: '2019-10', to: '2019-12' })
    while (!lake.jobs.includes('2019-11')) await sleep(5)
    const night = await runMachine(lake.lake, { machine: names.nightly, input: {} })
    expect(night.status).toBe('SUCCEEDED')
    expect(JSON.stringify(night.output)).toContain('are left to the backfill that is running')
    expect((await backfill).status).toBe('SUCCEEDED')
    expect(lake.jobs.splice(0).sort()).toEqual(['2019-11', '2020-03'])
    expect(Object.keys((await lake.current())?.slices ?? {})).toHaveLength(4)
    expect(await lake.count()).toBe(340)
  })

  it('that can’t be done is refused with the reason', async () => {
    const refused = async (input: unknown) => (await lake.run('backfill', input)).error
    expect(await refused({ from: '2019-12', to: '2019-10' })).toMatchObject({ name: 'InvalidInputError' })
    expect((await refused({ from: '2000-01', to: '2019-10' }))?.cause).toMatch(/may have 48/)
    expect((await refused({ from: '2030-01', to: '2030-02' }))?.cause).toMatch(/No month .* has files/)
  })
})

describe('rollback and vacuum', () => {
  let lake: Awaited<ReturnType<typeof operatedLake>>
  /** Names of releases, the oldest first. */
  const published: string[] = []
  const nightWith = async (brand: string) => {
    lake.put('2019-10', 'a.csv', 60, brand)
    const { record } = await lake.night({ months: ['2019-10'] })
    expect(record?.status).toBe('published')
    published.push(record?.release ?? '')
  }
  const brands = async () =>
    (await lake.query('select distinct brand from ecommerce.user_activity order by 1')).map(
      ([brand]) => brand,
    )
  beforeAll(async () => {
    lake = await operatedLake('rollback')
    for (const month of ['2019-11', '2019-12']) await lake.remove(month)
    for (const brand of ['one', 'two', 'three']) await nightWith(brand)
  })
  afterAll(() => lake.close())

  it('goes back at once, and nights publish nothing until somebody resumes', async () => {
    const back = await lake.run('rollback', { release: published[1], reason: 'three is wrong' })
    expect(back).toMatchObject({ status: 'SUCCEEDED', error: null })
    expect(await brands()).toEqual(['two'])
    expect((await lake.current())?.release).toBe(published[1])
    expect(await lake.lake.document(LAKE.refreshed, currentPointer)).toEqual({ release: published[1] })

    lake.jobs.splice(0)
    const held = await lake.night()
    expect(held.execution.status).toBe('SUCCEEDED')
    expect(held.record).toMatchObject({ status: 'held', release: published[1] })
    expect(held.record?.warnings[0]).toMatch(/Publication is held at release .*\(three is wrong;/)
    expect(lake.jobs).toEqual([])
    expect(await brands()).toEqual(['two'])

    lake.put('2019-10', 'a.csv', 60, 'four')
    expect((await lake.night()).record?.status).toBe('held')
    expect(lake.jobs.splice(0)).toEqual(['2019-10'])

    expect((await lake.run('rollback', { resume: true })).status).toBe('SUCCEEDED')
    expect(await lake.lake.document(LAKE.hold, hold)).toBeUndefined()
    const { record } = await lake.night()
    expect(record).toMatchObject({ status: 'published' })
    expect(lake.jobs).toEqual([])
    expect(await brands()).toEqual(['four'])
    published.push(record?.release ?? '')
  })

  it('leaves a backfill’s work to be published once somebody resumes', async () => {
    await lake.run('rollback', { release: published[2] })
    const backfill = await lake.run('backfill', { from: '2019-10', to: '2019-10', force: true })
    expect(backfill).toMatchObject({ status: 'FAILED', error: { name: 'PublicationHeldError' } })
    await lake.run('rollback', { resume: true })
    expect((await lake.redrive('backfill', backfill)).status).toBe('SUCCEEDED')
    expect(lake.jobs.splice(0)).toEqual(['2019-10'])
    expect(await brands()).toEqual(['four'])
    published.push((await lake.current())?.release ?? '')
  })

  it('says why it goes back to no other release', async () => {
    const refused = async (input: unknown) => (await lake.run('rollback', input)).error?.cause
    expect(await refused({ release: 'r99' })).toMatch(/There is no release r99. You can go back to/)
    expect(await refused({ release: published.at(-1) })).toMatch(/is the current release already/)
    expect(await refused({ resume: true })).toMatch(/Publication is not held/)
    expect(await brands()).toEqual(['four'])
  })

  const filesOf = async (prefix: string) => {
    const { objects, names } = lake.lake.platform
    return (await objects.list(names.lakeBucket, prefix)).objects.map(({ key }) => key)
  }

  it('a vacuum that is dry says what would go, and removes nothing', async () => {
    const before = await filesOf('')
    const { output } = await lake.run('vacuum', { dryRun: true })
    const plan = await lake.lake.document(
      LAKE.run((output as { run: string }).run, 'vacuum-plan'),
      vacuumPlan,
    )
    // Five were published; the newest three stay.
    expect(plan?.releases).toEqual(published.slice(0, 2).reverse())
    expect(plan?.totals.bytes).toBeGreaterThan(0)
    expect(
      (await filesOf('')).filter((key) => !key.startsWith(LAKE.control) && !key.startsWith('audit')),
    ).toEqual(before.filter((key) => !key.startsWith(LAKE.control) && !key.startsWith('audit')))
  })

  it('a vacuum removes files and partitions of what nobody needs; all that is left can still be read', async () => {
    const { output, status } = await lake.run('vacuum', {})
    expect(status).toBe('SUCCEEDED')
    const record = await lake.lake.document(LAKE.run((output as { run: string }).run, 'vacuum'), vacuumRecord)
    expect(record?.removed.objects).toBe(record?.totals.objects)
    expect(record?.spared).toEqual([])
    const versions = (await lake.query('select distinct version from ecommerce_lake.sales_per_day')).flat()
    for (const name of published.slice(0, 2)) {
      expect(versions).not.toContain(`2019-10@${name}`)
      expect(await filesOf(LAKE.curatedVersion(`csv-2019-10@${name}`))).toEqual([])
    }
    expect(await brands()).toEqual(['four'])
    expect(await lake.count('sales_per_day')).toBeGreaterThan(0)
    expect((await lake.night()).record?.status).toBe('unchanged')

    const again = await lake.run('vacuum', {})
    expect(again.output).toMatchObject({ totals: { versions: 0 } })
  })

  it('after that one can go back to what is left, and to nothing else', async () => {
    const refused = await lake.run('rollback', { release: published[0] })
    expect(refused.error?.cause).toMatch(/was vacuumed on .*its files are gone. You can go back to/)
    await lake.run('rollback', { release: published[2] })
    expect(await brands()).toEqual(['three'])
  })
})

describe('a vacuum beside a reader in another process', () => {
  let lake: Awaited<ReturnType<typeof operatedLake>>
  beforeAll(async () => {
    lake = await operatedLake('reader')
    for (const month of ['2019-11', '2019-12']) await lake.remove(month)
    await lake.night()
  })
  afterAll(() => lake.close())

  it('leaves what its query may read, for as long as that runs', async () => {
    // Until it is stopped: every pair of events and a number that has no end.
    const slow = 'select count(*) from ecommerce.user_activity, range(1000000000000)'
    const main = path.resolve(import.meta.dirname, '../../local/cli/main.ts')
    const reader = spawn(process.execPath, [main, 'sql', slow, '--lake', lake.lake.root], { stdio: 'ignore' })
    const ended = once(reader, 'exit')
    try {
      const { registry } = lake.lake.platform
      const context = { signal: new AbortController().signal }
      const listed = async () =>
        (
          (await registry.call('athena', 'listQueryExecutions', {}, context)) as {
            QueryExecutionIds: string[]
          }
        ).QueryExecutionIds
      while ((await listed()).length === 0) {
        expect(reader.exitCode).toBeNull()
        await sleep(20)
      }
      for (const brand of ['two', 'three', 'four', 'five']) {
        lake.put('2019-10', 'a.csv', 60, brand)
        await lake.night()
      }
      expect((await lake.run('vacuum', {})).output).toMatchObject({ totals: { versions: 0 } })
    } finally {
      reader.kill('SIGKILL')
      await ended
    }
    const { output } = await lake.run('vacuum', {})
    expect((output as { totals: { versions: number } }).totals.versions).toBeGreaterThan(0)
  })
})
