import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { MachineKind } from '../../../catalog/layout.ts'
import { handler as markReleases } from '../../../lambdas/mark-releases/handler.ts'
import { chunksOf } from '../../../lambdas/plan-vacuum/chunks-of.ts'
import { planVacuum } from '../../../lambdas/plan-vacuum/plan-vacuum.ts'
import { handler as recordVacuum } from '../../../lambdas/record-vacuum/handler.ts'
import { removeVersions } from '../../../lambdas/remove-versions/remove-versions.ts'
import type { Release } from '../../../lambdas/shared/documents.ts'
import { type Removable, vacuumPlan, vacuumRecord } from '../../../lambdas/shared/maintenance-documents.ts'
import { publish, release } from './fakes/documents.ts'
import { executionArn, type FakeAws, fakeAws, LAKE_BUCKET, names } from './fakes/fake-aws.ts'
import { rawZone } from './fakes/raw-zone.ts'

const CURATED = 'ecomm_user_activity_parquet'
const QUARANTINE = 'ecomm_user_activity_quarantine'
const MART = 'sales_per_day'
const DAY = 24 * 3600 * 1000
const at = (day: number): Date => new Date(Date.UTC(2026, 0, day, 3))
const NOW = at(40).getTime()

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  vi.stubEnv('VACUUM_GRACE_HOURS', '24')
  vi.stubEnv('VACUUM_UNPUBLISHED_DAYS', '15')
  for (const table of [CURATED, QUARANTINE, MART]) aws.glue.addTable(names.lakeDatabase, table)
})

/** A release with a slice and a mart's month of its own, published on a day of January 2026. */
const releaseOf = (
  name: string,
  day: number,
  previous: string | null,
  values: Partial<Release> = {},
): Release =>
  release({
    release: name,
    previous,
    publishedAt: at(day).toISOString(),
    slices: {
      'csv-2019-10': { ...release().slices['csv-2019-10'], version: `csv-2019-10@${name}` },
    } as Release['slices'],
    marts: { [MART]: { '2019-10': { version: `2019-10@${name}`, basis: name } } },
    ...values,
  })
/** Files and partitions of what a run has made: a slice of two categories, its rejected rows, a mart's month. */
function store(run: string, written = at(1)): void {
  const version = `csv-2019-10@${run}`
  const put = (table: string, values: string[], key: string, bytes = 10) => {
    aws.s3.put(LAKE_BUCKET, key, 'x'.repeat(bytes), written)
    aws.glue.tables
      .get(`${names.lakeDatabase}.${table}`)
      ?.partitions.set(values.join('/'), { Values: values })
  }
  for (const category of ['1', '2'])
    put(CURATED, [version, category], `curated/version=${version}/category_id=${category}/0.parquet`)
  put(QUARANTINE, [version], `quarantine/version=${version}/0.parquet`)
  put(MART, [`2019-10@${run}`], `marts/${MART}/version=2019-10@${run}/attempt=1/0.parquet`, 5)
}
/** r1 to r5, published on the first five days; every one has its files. */
function fiveReleases(): void {
  for (const day of [1, 2, 3, 4, 5]) {
    publish(aws, releaseOf(`r${day}`, day, day === 1 ? null : `r${day - 1}`))
    store(`r${day}`, at(day))
  }
}
const plan = (input: unknown = {}, now = NOW) =>
  planVacuum(
    { execution: executionArn('vacuum', 'v1'), run: 'vacuum-v1', startedAt: at(40).toISOString(), input },
    now,
  )
const planned = () => vacuumPlan.parse(aws.s3.json(LAKE_BUCKET, 'control/runs/vacuum-v1/vacuum-plan.json'))
const runsPlanned = () => [...new Set(planned().items.map(({ version }) => version?.split('@')[1]))].sort()
const execution = (machine: MachineKind, name: string, status: 'RUNNING' | 'FAILED', startDate = at(39)) =>
  aws.executions.push({
    executionArn: executionArn(machine, name),
    stateMachineArn: 'x',
    name,
    startDate,
    status,
  })
const query = (State: 'RUNNING' | 'QUEUED' | 'SUCCEEDED', submitted: Date, WorkGroup = names.workgroup) =>
  aws.athena.queries.push({
    QueryExecutionId: `q${aws.athena.queries.length}`,
    WorkGroup,
    Status: { State, SubmissionDateTime: submitted },
  })
const keys = (prefix: string) => aws.s3.keys(LAKE_BUCKET).filter((key) => key.startsWith(prefix))

describe('a vacuum takes', () => {
  it('every version that none of the newest three releases has, with rejected rows and marts', async () => {
    fiveReleases()
    const state = await plan()
    expect(planned().items).toEqual(
      expect.arrayContaining([
        {
          table: CURATED,
          version: 'csv-2019-10@r1',
          prefix: 'curated/version=csv-2019-10@r1/',
          objects: 2,
          bytes: 20,
        },
        {
          table: QUARANTINE,
          version: 'csv-2019-10@r2',
          prefix: 'quarantine/version=csv-2019-10@r2/',
          objects: 1,
          bytes: 10,
        },
        {
          table: MART,
          version: '2019-10@r2',
          prefix: `marts/${MART}/version=2019-10@r2/`,
          objects: 1,
          bytes: 5,
        },
      ]),
    )
    expect(runsPlanned()).toEqual(['r1', 'r2'])
    expect(planned()).toMatchObject({ releases: ['r2', 'r1'], kept: { 'a kept release': 9 } })
    expect(state).toMatchObject({
      run: 'vacuum-v1',
      dryRun: false,
      totals: { versions: 6, objects: 8, bytes: 70, tables: 0 },
      chunks: [{ from: 0, to: 6 }],
    })
  })

  it('nothing where there is nothing', async () => {
    expect(await plan()).toMatchObject({ totals: { versions: 0 }, chunks: [] })
  })

  it('versions of marts that are defined no more', async () => {
    fiveReleases()
    aws.s3.put(LAKE_BUCKET, 'marts/former/version=2019-10@r1/attempt=1/0.parquet', 'x', at(1))
    await plan()
    expect(planned().items).toContainEqual(
      expect.objectContaining({ table: 'former', version: '2019-10@r1' }),
    )
  })

  it('what a failed run has left, once it can’t be redriven any more', async () => {
    publish(aws, releaseOf('r1', 1, null))
    store('r1')
    store('old', new Date(NOW - 16 * DAY))
    store('young', new Date(NOW - 14 * DAY))
    await plan()
    expect(runsPlanned()).toEqual(['old'])
    expect(planned().kept).toMatchObject({ 'a failed run that can be redriven': 3 })
    expect(planned().releases).toEqual([])
  })

  it('tables that attempts at marts have left a day ago, and no others', async () => {
    aws.glue.addTable(names.lakeDatabase, 'tmp_sales_1', [], new Date(NOW - 2 * DAY))
    aws.glue.addTable(names.lakeDatabase, 'tmp_sales_2', [], new Date(NOW - 3600_000))
    expect(await plan()).toMatchObject({ totals: { tables: 1, versions: 0 }, chunks: [{ from: 0, to: 1 }] })
    expect(planned().items).toEqual([
      { table: 'tmp_sales_1', version: null, prefix: null, objects: 0, bytes: 0 },
    ])
  })

  it('nothing that is not called like a version', async () => {
    aws.s3.put(LAKE_BUCKET, 'curated/notes/readme.txt', 'x', at(1))
    expect(await plan()).toMatchObject({ totals: { versions: 0 } })
  })

  it('only so much at once; the next one takes the rest', async () => {
    const item = (objects: number): Removable => ({
      table: 't',
      version: 'v',
      prefix: 'p',
      objects,
      bytes: 1,
    })
    expect(chunksOf(Array.from({ length: 120 }, () => item(1)))).toEqual([
      { from: 0, to: 50 },
      { from: 50, to: 100 },
      { from: 100, to: 120 },
    ])
    expect(chunksOf([item(9_000), item(4_000), item(1_000), item(1)])).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 3 },
      { from: 3, to: 4 },
    ])
  })
})

describe('a vacuum leaves', () => {
  beforeEach(fiveReleases)

  it('what a release shares with a newer one', async () => {
    const shared = releaseOf('r5', 5, 'r4')
    publish(aws, { ...shared, slices: releaseOf('r1', 1, null).slices })
    await plan()
    expect(planned().items.map(({ version }) => version)).not.toContain('csv-2019-10@r1')
  })

  it('the release that was rolled back to, however old, and the newer ones beside it', async () => {
    aws.s3.putJson(LAKE_BUCKET, 'control/current.json', { release: 'r1' })
    const back = { run: 'x', execution: 'x', from: 'r5', to: 'r1', at: at(6).toISOString(), reason: null }
    aws.s3.putJson(LAKE_BUCKET, 'control/rollbacks/x.json', back)
    await plan()
    expect(runsPlanned()).toEqual(['r2'])
  })

  it('the release at which publication is held', async () => {
    const hold = { release: 'r2', since: at(6).toISOString(), by: 'x', reason: null }
    aws.s3.putJson(LAKE_BUCKET, 'control/hold.json', hold)
    await plan()
    expect(runsPlanned()).toEqual(['r1'])
  })

  it('what was shown less than the time of grace ago', async () => {
    // r2 gave way to r3 on the third.
    await plan({}, at(3).getTime() + DAY - 1)
    expect(runsPlanned()).toEqual(['r1'])
    expect(planned().kept).toMatchObject({ 'the time of grace': 3 })
    await plan({}, at(3).getTime() + DAY + 1)
    expect(runsPlanned()).toEqual(['r1', 'r2'])
  })

  it('what a query may read that was submitted before it gave way and still runs or waits', async () => {
    query('SUCCEEDED', at(1))
    query('QUEUED', new Date(at(2).getTime() + DAY / 2), names.martWorkgroup)
    await plan({}, at(8).getTime())
    // r1 gave way on the second, before that query was submitted.
    expect(runsPlanned()).toEqual(['r1'])
    expect(planned().kept).toMatchObject({ 'a running query': 3 })
  })

  it('the same for a query on a later page of the list', async () => {
    for (let i = 0; i < 5; i += 1) query('SUCCEEDED', new Date(NOW - i))
    query('RUNNING', new Date(at(2).getTime() - 1))
    await plan()
    expect(runsPlanned()).toEqual([])
  })

  it('looks no further than queries can be under way', async () => {
    query('SUCCEEDED', new Date(NOW))
    for (let i = 0; i < 4; i += 1) query('SUCCEEDED', new Date(NOW - 3 * DAY))
    query('RUNNING', at(1))
    await plan()
    expect(runsPlanned()).toEqual(['r1', 'r2'])
  })

  it('what a view names, whatever the documents say', async () => {
    aws.glue.addView(names.viewDatabase, 'user_activity', "SELECT 1 WHERE version IN ('csv-2019-10@r1')")
    await plan()
    expect(planned().items.map(({ version }) => version)).not.toContain('csv-2019-10@r1')
    expect(planned().kept).toMatchObject({ 'a view': 2 })
  })

  it('what the next night takes instead of curating again', async () => {
    const zone = rawZone(aws)
    zone.put('2019-10')
    store('old')
    await zone.curated('2019-10', { run: 'old' })
    await plan()
    expect(planned().items.map(({ version }) => version)).not.toContain('csv-2019-10@old')
    // Nobody would take it any more where a file has come since.
    zone.put('2019-10', 'late.csv')
    aws.s3.put(LAKE_BUCKET, 'curated/version=csv-2019-10@old/category_id=1/0.parquet', 'x', at(1))
    await plan()
    expect(planned().items.map(({ version }) => version)).toContain('csv-2019-10@old')
  })

  it('all that stands ready, where the raw zone can’t be read or a night is looking at it', async () => {
    const zone = rawZone(aws)
    zone.put('2019-10')
    store('old')
    await zone.curated('2019-10', { run: 'old', fingerprint: 'of other files' })
    zone.put('2019-10', 'no.parquet')
    await plan()
    expect(planned().items.map(({ version }) => version)).not.toContain('csv-2019-10@old')
    zone.remove('2019-10', 'no.parquet')
    execution('nightly', 'n1', 'RUNNING')
    await plan()
    expect(planned().items.map(({ version }) => version)).not.toContain('csv-2019-10@old')
  })

  it('what an execution has made or taken that runs, or can be redriven', async () => {
    for (const run of ['n1', 'n2', 'month-u1', 'taken']) store(run, at(1))
    execution('nightly', 'n1', 'RUNNING')
    execution('nightly', 'n2', 'FAILED', at(20))
    execution('backfillMonth', 'u1', 'FAILED')
    const { slices } = releaseOf('taken', 1, null)
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/n1/plan.json', {
      slices: [],
      unchanged: [],
      notes: [],
      adopted: slices,
    })
    await plan()
    expect(runsPlanned()).toEqual(['n2', 'r1', 'r2', 'taken'])
    expect(planned().items.filter(({ version }) => version?.endsWith('@taken'))).toMatchObject([
      { table: MART },
    ])
  })

  it('what a night is about to publish', async () => {
    execution('nightly', 'n2', 'FAILED')
    const { slices, marts } = releaseOf('r1', 1, null)
    aws.s3.putJson(LAKE_BUCKET, 'control/runs/n2/candidate.json', { run: 'n2', base: 'r5', slices, marts })
    await plan()
    expect(runsPlanned()).toEqual(['r2'])
  })

  it('the rows of a slice that is set aside: somebody is to look at them', async () => {
    store('aside')
    const aside = { fingerprint: 'f', run: 'aside', since: at(1).toISOString(), rules: [] }
    aws.s3.putJson(LAKE_BUCKET, 'control/set-aside.json', { 'csv-2019-10': aside })
    await plan()
    expect(planned().items.filter(({ version }) => version?.endsWith('@aside'))).toMatchObject([
      { table: MART },
    ])
  })

  it('a release of which nobody knows whether it became the current one', async () => {
    aws.s3.putJson(LAKE_BUCKET, 'control/releases/r6.json', releaseOf('r6', 6, 'r5'))
    store('r6', at(6))
    await plan()
    expect(runsPlanned()).toEqual(['r1', 'r2'])
    // Once another one was published it is a failed night's.
    publish(aws, releaseOf('r7', 7, 'r5'))
    await plan()
    expect(runsPlanned()).toEqual(['r1', 'r2', 'r3', 'r6'])
  })
})

describe('a vacuum is refused', () => {
  it('with input that it does not know', async () => {
    await expect(plan({ dry: true })).rejects.toThrow(/Give \{\} or \{ "dryRun": true \}/)
  })

  it.each(['rollback', 'vacuum'] as const)('beside %s', async (machine) => {
    execution(machine, 'other', 'RUNNING')
    await expect(plan()).rejects.toMatchObject({ name: 'AlreadyRunningError' })
  })

  it('where it was deployed without its settings', async () => {
    vi.stubEnv('VACUUM_GRACE_HOURS', '')
    await expect(plan()).rejects.toThrow(/environment is incomplete/)
  })
})

describe('removing', () => {
  const run = 'vacuum-v1'
  const remove = () => removeVersions({ run, chunk: { from: 0, to: 100 } }, NOW)
  beforeEach(async () => {
    fiveReleases()
    aws.glue.addTable(names.lakeDatabase, 'tmp_sales_1', [], at(1))
    await plan()
  })

  it('first marks the releases that lose a version, once', async () => {
    await markReleases({ run })
    const marked = aws.s3.json(LAKE_BUCKET, 'control/releases/r1.json').vacuumed
    expect(marked).toEqual({ at: expect.any(String), run })
    await markReleases({ run })
    expect(aws.s3.json(LAKE_BUCKET, 'control/releases/r1.json').vacuumed).toEqual(marked)
    expect(aws.s3.json(LAKE_BUCKET, 'control/releases/r3.json').vacuumed).toBeUndefined()
  })

  it('marks nothing where one of them has become the current one', async () => {
    aws.s3.putJson(LAKE_BUCKET, 'control/current.json', { release: 'r1' })
    await expect(markReleases({ run })).rejects.toMatchObject({
      name: 'RemovalError',
      message: expect.stringMatching(/r1 has become the current release since vacuum-v1 was planned/),
    })
  })

  it('takes back that a version stands ready which is to go', async () => {
    const ready = {
      slice: 'csv-2019-10',
      version: 'csv-2019-10@r1',
      source: 'csv',
      month: '2019-10',
      rows: 1,
    }
    const rest = {
      fingerprint: 'f',
      curation: 'c',
      run: 'r1',
      registeredAt: '',
      backfill: null,
      profiled: true,
    }
    aws.s3.putJson(LAKE_BUCKET, 'control/curated/csv-2019-10.json', { ...ready, ...rest })
    aws.s3.putJson(LAKE_BUCKET, 'control/curated/csv-2019-11.json', {
      ...ready,
      ...rest,
      version: 'csv-2019-11@r5',
    })
    await markReleases({ run })
    expect(aws.s3.json(LAKE_BUCKET, 'control/curated/csv-2019-10.json').fingerprint).toBe('vacuumed')
    expect(aws.s3.json(LAKE_BUCKET, 'control/curated/csv-2019-11.json').fingerprint).toBe('f')
  })

  it('takes partitions and files of these versions and no others, and the tables left over', async () => {
    expect(await remove()).toEqual({ partitions: 8, objects: 8, bytes: 70, spared: [] })
    expect(Object.keys(aws.glue.locations(names.lakeDatabase, CURATED)).sort()).toEqual(
      ['r3', 'r4', 'r5'].flatMap((name) => [`csv-2019-10@${name}/1`, `csv-2019-10@${name}/2`]),
    )
    expect(keys('marts/')).toEqual(
      ['r3', 'r4', 'r5'].map((name) => `marts/${MART}/version=2019-10@${name}/attempt=1/0.parquet`),
    )
    expect(keys('curated/')).toHaveLength(6)
    expect(keys('quarantine/')).toHaveLength(3)
    expect(aws.glue.tables.has(`${names.lakeDatabase}.tmp_sales_1`)).toBe(false)
  })

  it('done twice finds nothing left', async () => {
    await remove()
    expect(await remove()).toEqual({ partitions: 0, objects: 0, bytes: 0, spared: [] })
  })

  it('removes a chunk alone', async () => {
    const { items } = planned()
    await removeVersions({ run, chunk: { from: 1, to: 2 } }, NOW)
    expect(keys(items[1]?.prefix ?? '')).toEqual([])
    expect(keys(items[2]?.prefix ?? '')).not.toEqual([])
  })

  it('spares what has come to be needed since the plan', async () => {
    query('RUNNING', new Date(at(2).getTime() + DAY / 2))
    const { spared } = await remove()
    expect(spared.sort()).toEqual([
      `${MART}/2019-10@r2`,
      'user_activity/csv-2019-10@r2',
      'user_activity/csv-2019-10@r2',
    ])
    expect(keys('curated/version=csv-2019-10@r2/')).toHaveLength(2)
  })

  it('takes 25 partitions a call', async () => {
    const { partitions } = aws.glue.tables.get(`${names.lakeDatabase}.${CURATED}`) ?? {}
    for (let i = 3; i <= 60; i += 1)
      partitions?.set(`csv-2019-10@r1/${i}`, { Values: ['csv-2019-10@r1', `${i}`] })
    await remove()
    expect(Math.max(...aws.glue.batches)).toBe(25)
  })

  it('goes on where a table is gone with its mart', async () => {
    aws.glue.tables.delete(`${names.lakeDatabase}.${MART}`)
    expect(await remove()).toMatchObject({ partitions: 6, objects: 8 })
  })

  it('fails where the catalog refuses, before any file of that version goes', async () => {
    aws.glue.refused.add('csv-2019-10@r1/2')
    await expect(remove()).rejects.toMatchObject({
      name: 'RemovalError',
      message: expect.stringMatching(
        /1 partitions .* csv-2019-10@r1\/2 \(AccessDeniedException: no\).*Redrive/,
      ),
    })
    expect(keys('curated/version=csv-2019-10@r1/')).toHaveLength(2)
  })

  it('fails where S3 keeps an object, and says which', async () => {
    aws.s3.undeletable.add('curated/version=csv-2019-10@r1/category_id=1/0.parquet')
    await expect(remove()).rejects.toThrow(
      /1 objects could not be deleted .*category_id=1\/0.parquet \(AccessDenied/,
    )
  })

  it('throws other errors of Glue on', async () => {
    aws.glue.tables.delete(`${names.lakeDatabase}.tmp_sales_1`)
    const send = aws.glue.send.bind(aws.glue)
    aws.glue.send = async (command) => {
      if ((command as object).constructor.name === 'BatchDeletePartitionCommand') throw new Error('throttled')
      return send(command)
    }
    await expect(remove()).rejects.toThrow('throttled')
  })

  it('is recorded version by version, and told in figures', async () => {
    const removed = [
      await remove(),
      { partitions: 1, objects: 1, bytes: 1, spared: ['sales_per_day/2019-10@r2'] },
    ]
    const { subject, message } = await recordVacuum({
      run,
      execution: executionArn('vacuum', 'v1'),
      startedAt: at(40).toISOString(),
      removed,
    })
    expect(subject).toBe('[dev] Lakehouse vacuumed: 6 versions')
    expect(message).toContain(
      '5 versions were removed: 9 objects, 71 bytes, 9 partitions; 1 temporary tables.',
    )
    expect(message).toContain('Nobody can go back any more to r2, r1.')
    expect(message).toContain('Needed again meanwhile, and kept: sales_per_day/2019-10@r2.')
    const record = vacuumRecord.parse(aws.s3.json(LAKE_BUCKET, `control/runs/${run}/vacuum.json`))
    expect(record.items).toHaveLength(7)
    expect(record.removed).toEqual({ partitions: 9, objects: 9, bytes: 71 })
    expect(aws.s3.json(LAKE_BUCKET, `control/runs/${run}/run.json`)).toMatchObject({
      status: 'vacuumed',
      release: 'r5',
    })
  })

  it('of nothing is told too', async () => {
    aws.s3.putJson(LAKE_BUCKET, `control/runs/${run}/vacuum-plan.json`, {
      ...planned(),
      items: [],
      releases: [],
    })
    const { message } = await recordVacuum({
      run,
      execution: executionArn('vacuum', 'v1'),
      startedAt: at(40).toISOString(),
      removed: [],
    })
    expect(message).toContain('Every release that one could go back to still is one.')
  })
})
