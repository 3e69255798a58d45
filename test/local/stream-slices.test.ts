import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LAKE, RAW, sliceName } from '../../catalog/layout.ts'
import { sliceManifest } from '../../lambdas/shared/documents.ts'
import { runMachine } from '../../local/cli/run-machine.ts'
import { csv, goodLines, openTestLake, type TestLake } from './lake-harness.ts'
import { runCommand } from './run-command.ts'
import { deliver, sent, sentMany } from './stream-objects.ts'
import { withEnvironment } from './with-environment.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'stream-slices-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const bySource = (lake: TestLake) =>
  lake.query(
    "select strftime(event_time, '%Y-%m'), source, count(*) from ecommerce.user_activity group by 1, 2 order by 1, 2",
  )
const statesOf = ({ lake }: TestLake, name: string): Set<string> =>
  new Set(lake.executions.history(lake.platform.names.nightly, name).flatMap(({ state }) => state ?? []))

describe('a month of which exports and the stream have events', () => {
  let lake: TestLake
  beforeAll(async () => {
    lake = await openTestLake('both', scratch)
  })
  afterAll(() => lake?.close())

  it('is published with the rows of both, each with its source', async () => {
    lake.put('oct.csv', csv(...goodLines(50)))
    deliver(lake, '2019-10-05T07', 'a', sentMany(40))
    const broken = ['no json', sent({ user_id: null })]
    deliver(lake, '2019-10-05T07', 'b', [...sentMany(40).slice(0, 10), ...broken])
    const { execution, record } = await lake.night()
    expect(execution.error).toBeNull()
    expect(record?.status).toBe('published')
    expect(record?.slices).toMatchObject([
      { slice: 'csv-2019-10', read: 50, curated: 50 },
      {
        slice: 'stream-2019-10',
        read: 52,
        curated: 40,
        duplicates: 10,
        quarantined: 2,
        reasons: { json: 1, user_id: 1 },
        leftOut: { replayed: 0, neighbours: 0 },
      },
    ])
    expect(await bySource(lake)).toEqual([
      ['2019-10', 'csv', 50n],
      ['2019-10', 'stream', 40n],
    ])
    expect(await lake.query('select sum(unique_visitors) from ecommerce.unique_visitors_per_day')).toEqual([
      [90n],
    ])
  })

  it('has what was rejected with its line, its object and its reasons', async () => {
    const { out } = await runCommand('quarantine', '--lake', path.join(scratch, 'both'), '--format', 'json')
    expect(JSON.parse(out)).toMatchObject([
      { version: 'stream-2019-10@r1', line: 11, reasons: 'json', raw: 'no json' },
      { line: 12, reasons: 'user_id', file: expect.stringMatching(/p_day=05\/p_hour=07\/b\.json\.gz$/) },
    ])
  })

  it('is in the raw database as the crawler sees it, a table for each zone', async () => {
    const count = async (table: string) => lake.query(`select count(*) from "db-ecommerce-raw".${table}`)
    expect(await count('ecomm_user_activity_uncompressed')).toEqual([[50n]])
    expect(
      await lake.query(
        `select p_year, p_month, p_day, p_hour, count(user_id), max(category_id)
         from "db-ecommerce-raw".ecomm_user_activity_stream where p_day = '05' group by 1, 2, 3, 4`,
      ),
    ).toEqual([['2019', '10', '05', '07', 50n, '2053013555631882655']])
  })

  it('costs nothing where nothing has come', async () => {
    const { record } = await lake.night()
    expect(record).toMatchObject({ status: 'unchanged', slices: [], martsBuilt: 0 })
    expect(statesOf(lake, 'r2')).not.toContain('StartCrawler')
  })

  it('is one new version of the stream where it has grown; what was replayed is left out', async () => {
    const replayed = sentMany(5).map((line) => line.replace(/}$/, ',"replay":"night-1"}'))
    deliver(lake, '2019-10-05T07', 'c', replayed)
    deliver(lake, '2019-10-06T00', 'a', sentMany(20, '2019-10-06'))
    const { record, current } = await lake.night()
    expect(record?.slices).toMatchObject([
      {
        slice: 'stream-2019-10',
        read: 77,
        curated: 60,
        duplicates: 10,
        quarantined: 2,
        leftOut: { replayed: 5, neighbours: 0 },
      },
    ])
    expect(record?.warnings.join()).not.toContain('where the release has')
    expect(Object.values(current?.slices ?? {}).map(({ version }) => version)).toEqual([
      'csv-2019-10@r1',
      'stream-2019-10@r3',
    ])
    expect(await bySource(lake)).toEqual([
      ['2019-10', 'csv', 50n],
      ['2019-10', 'stream', 60n],
    ])
  })

  it('has no profile of the stream: only exports are profiled before they are curated', () => {
    expect(statesOf(lake, 'r1')).toContain('ProfileRaw')
    expect(statesOf(lake, 'r3')).toContain('StartCrawler')
    expect(statesOf(lake, 'r3')).not.toContain('ProfileRaw')
  })

  it('keeps what was replayed in the audit, and its objects by day in the lineage', async () => {
    expect(
      await lake.query(
        'select run, slice, source, files, rows_read, rows_left_out from ecommerce.run_slices order by 1, 2',
      ),
    ).toEqual([
      ['r1', 'csv-2019-10', 'csv', 1, 50n, null],
      ['r1', 'stream-2019-10', 'stream', 2, 52n, 0n],
      ['r3', 'stream-2019-10', 'stream', 4, 77n, 5n],
    ])
    const root = path.join(scratch, 'both')
    const { out } = await runCommand('lineage', 'user_activity', '--lake', root, '--format', 'csv')
    expect(out).toMatch(/files,ecomm_user_activity_stream\/p_year=2019\/p_month=10\/p_day=05\/,.*3 objects/)
    const one = await runCommand('lineage', '--file', '2019-10/p_day=05/p_hour=07/a.json.gz', '--lake', root)
    expect(one.code).not.toBe(0)
    const file = 'p_day=05/p_hour=07/a.json.gz'
    const { out: ofFile } = await runCommand('lineage', '--file', file, '--lake', root, '--format', 'csv')
    expect(ofFile).toMatch(/file,ecomm_user_activity_stream\/.*a\.json\.gz/)
    expect(ofFile).toContain('slice,stream-2019-10,stream-2019-10@r3')
    const { out: quality } = await runCommand('quality', '--lake', root)
    expect(quality).toContain('stream-2019-10')
  })
})

describe('months that meet', () => {
  let lake: TestLake
  beforeAll(async () => {
    lake = await openTestLake('borders', scratch, {
      // Not an hour of grace: nobody reads here.
      executor: withEnvironment({ VACUUM_GRACE_HOURS: '0.0000001' }),
    })
  })
  afterAll(() => lake?.close())

  const late = sent({ user_id: 900, txn_timestamp: '2019-10-31T23:59:59.9' })
  const early = sent({ user_id: 901, txn_timestamp: '2019-11-01T00:00:01' })

  it('share the hours beside the border, so that each event is its month’s and none is rejected', async () => {
    // Firehose may put what arrived some minutes after an hour into the object of that hour.
    deliver(lake, '2019-10-31T23', 'a', [...sentMany(10, '2019-10-31'), early])
    const { record: october } = await lake.night()
    expect(october?.slices).toMatchObject([{ curated: 10, quarantined: 1, reasons: { outside_month: 1 } }])

    deliver(lake, '2019-11-01T00', 'a', [late, ...sentMany(7, '2019-11-01')])
    const { record } = await lake.night()
    expect(record?.slices).toMatchObject([
      { slice: 'stream-2019-10', read: 19, curated: 11, quarantined: 0, leftOut: { neighbours: 8 } },
      { slice: 'stream-2019-11', read: 19, curated: 8, quarantined: 0, leftOut: { neighbours: 11 } },
    ])
    expect(await bySource(lake)).toEqual([
      ['2019-10', 'stream', 11n],
      ['2019-11', 'stream', 8n],
    ])
  })

  it('are left alone by what comes later', async () => {
    deliver(lake, '2019-11-01T01', 'a', sentMany(3, '2019-11-01', { brand: 'later' }))
    const { record } = await lake.night()
    expect(record?.slices.map(({ slice }) => slice)).toEqual(['stream-2019-11'])
  })

  const stored = async () => {
    const rows = await lake.query(
      'select distinct version from ecommerce_lake.ecomm_user_activity_parquet order by 1',
    )
    return rows.flat()
  }

  it('are curated anew by a backfill, and published by its night', async () => {
    const { error } = await runMachine(lake.lake, {
      machine: lake.lake.platform.names.backfill,
      input: { from: '2019-10', to: '2019-11', force: true },
    })
    expect(error).toBeNull()
    expect(await stored()).toEqual(
      expect.arrayContaining(['stream-2019-10@month-r1', 'stream-2019-11@month-r2']),
    )
    expect((await bySource(lake)).map(([, , rows]) => rows)).toEqual([11n, 11n])
  })

  it('lose former versions to a vacuum, and come back by a rollback', async () => {
    const { rollback, vacuum } = lake.lake.platform.names
    const before = await stored()
    expect((await runMachine(lake.lake, { machine: vacuum, input: {} })).error).toBeNull()
    expect(before).toContain('stream-2019-10@r1')
    expect(await stored()).not.toContain('stream-2019-10@r1')
    expect((await bySource(lake)).map(([, , rows]) => rows)).toEqual([11n, 11n])
    expect((await lake.night()).record?.status).toBe('unchanged')

    const back = await runMachine(lake.lake, { machine: rollback, input: { release: 'r2' } })
    expect(back.error).toBeNull()
    expect((await bySource(lake)).map(([, , rows]) => rows)).toEqual([11n, 8n])
  })
})

describe('what is no event of the month in which it arrived', () => {
  let lake: TestLake
  beforeAll(async () => {
    lake = await openTestLake('replays', scratch)
  })
  afterAll(() => lake?.close())

  it('sets the stream’s slice aside where nothing else has come, and the exports are published', async () => {
    lake.put('oct.csv', csv(...goodLines(50)))
    deliver(lake, '2026-03-10T12', 'a', sentMany(30))
    const { execution, record } = await lake.night()
    expect(execution.error).toBeNull()
    expect(record).toMatchObject({ status: 'published', setAside: ['stream-2026-03'] })
    expect(record?.warnings.join('\n')).toContain('30 of 30 (100.00 %) rows are not of 2026-03')
    expect(await bySource(lake)).toEqual([['2019-10', 'csv', 50n]])
  })

  it('is only told of where most are events of it', async () => {
    deliver(lake, '2026-03-10T13', 'a', sentMany(60, '2026-03-10'))
    const { record } = await lake.night()
    expect(record).toMatchObject({ status: 'published', setAside: [] })
    expect(record?.slices).toMatchObject([{ curated: 60, quarantined: 30 }])
    expect((await bySource(lake)).at(-1)).toEqual(['2026-03', 'stream', 60n])
  })

  it('that only a replay sent waits for the first event of its month', async () => {
    deliver(lake, '2026-05-01T05', 'a', ['{"replay":"x"}'])
    const { execution, record } = await lake.night()
    expect(execution.error).toBeNull()
    expect(record).toMatchObject({ setAside: ['stream-2026-05'] })
    expect(record?.warnings.join('\n')).toContain('No line is an event of this slice: 1 were replayed, 0 are')
    deliver(lake, '2026-05-01T05', 'b', sentMany(2, '2026-05-01'))
    expect(await lake.night()).toMatchObject({ record: { status: 'published', setAside: [] } })
  })

  it('is named where it lies in no hour’s folder', async () => {
    const name = `p_day=05/a.json.gz`
    lake.put(name, '', { month: '2026-03', zone: RAW.stream })
    const { execution } = await lake.night()
    expect(execution.error?.cause).toContain(
      "p_day=05/a.json.gz is in no hour's folder: move it to ecomm_user_activity_stream/p_year=YYYY/",
    )
  })
})

it('a month of 5,000 objects is planned, crawled and curated', async () => {
  const lake = await openTestLake('many', scratch)
  try {
    for (let i = 0; i < 5000; i += 1) {
      const [day, hour] = [(i % 31) + 1, Math.floor(i / 31) % 24].map((n) => String(n).padStart(2, '0'))
      const time = `2019-10-${day}T${hour}:00:${String(i % 60).padStart(2, '0')}`
      deliver(lake, `2019-10-${day}T${hour}`, `o${i}`, [
        sent({ user_id: 2 * i, txn_timestamp: time }),
        sent({ user_id: 2 * i + 1, txn_timestamp: time }),
      ])
    }
    const { execution, record } = await lake.night()
    expect(execution.error).toBeNull()
    expect(record?.slices).toMatchObject([{ read: 10_000, curated: 10_000 }])
    const key = LAKE.run('r1', `${sliceName('stream', '2019-10')}.manifest`)
    expect((await lake.lake.document(key, sliceManifest))?.files).toHaveLength(5000)
    expect((await lake.night()).record?.status).toBe('unchanged')
  } finally {
    await lake.close()
  }
})
