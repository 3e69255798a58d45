import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publicViews } from '../../athena-views/index.ts'
import { quarantinedRows } from '../../catalog/events.ts'
import { type ParitySection, writeParitySection } from '../../scripts/parity-sections.ts'
import {
  csv,
  goodLines,
  hasSample,
  line,
  type Night,
  NO_SAMPLE,
  SAMPLE,
  type TestLake,
} from '../local/lake-harness.ts'
import { deliver, sent, sentMany } from '../local/stream-objects.ts'
import { releaseOf, verdictsOf } from './compare-lakes.ts'
import { compareQuarantine, compareViews, rowsOfTable, VIEW_COLUMNS } from './compare-views.ts'
import { glueRuns } from './glue-runs.ts'
import { killNextSpark } from './kill-spark.ts'
import { type LakePair, openLakePair } from './lake-pair.ts'

const NIGHTS = {
  first: 'From raw files to published views: the real sample',
  changed: 'With a changed slice, and a new month',
  killed: 'With a changed slice, whose Spark job is killed in the middle and retried',
  stream: 'With two months of what the stream persisted',
} as const

/** Every key of a lake's own bucket. */
async function keysOf({ lake: { platform } }: TestLake): Promise<string[]> {
  return (await platform.objects.list(platform.names.lakeBucket, '')).objects.map(({ key }) => key)
}

describe.skipIf(!hasSample)(
  `Glue on Spark and Athena on Trino (${hasSample ? 'real sample' : NO_SAMPLE})`,
  () => {
    let pair: LakePair
    const tables: ParitySection['tables'] = []
    beforeAll(async () => {
      pair = await openLakePair('both', { glue: 'spark' })
    })
    afterAll(() => pair?.[Symbol.asyncDispose]())

    /** A night in each lake publishes the same release, and the same rows in all that readers see. */
    async function same(what: string): Promise<Night> {
      const there = await pair.trino.night()
      const here = await pair.embedded.night()
      for (const { execution, record } of [here, there]) {
        expect(execution.error).toBeNull()
        expect(record?.status).toBe('published')
      }
      expect(releaseOf(there.current)).toEqual(releaseOf(here.current))
      const verdicts = await verdictsOf(pair.embedded, here.execution.name)
      expect(await verdictsOf(pair.trino, there.execution.name)).toEqual(verdicts)
      const { slices = [], martsBuilt = 0 } = there.record ?? {}
      // The partition key is judged by the exports' profile.
      const profiled = slices.some(({ slice }) => slice.startsWith('csv-')) ? 1 : 0
      expect(Object.keys(verdicts)).toHaveLength(profiled + slices.length + martsBuilt)
      const compared = await compareViews(pair.embedded, pair.athena)
      compared.push(await compareQuarantine(pair.embedded, pair.athena))
      expect(compared.map(({ view }) => view)).toEqual([
        ...publicViews.map(({ name }) => name),
        quarantinedRows.name,
      ])
      expect(compared.filter(({ differences }) => differences.length > 0)).toEqual([])
      const judged = Object.values(verdicts).flat().length
      tables.push({
        caption: `${what} (${judged} verdicts of gates and data tests are equal)`,
        columns: VIEW_COLUMNS,
        rows: rowsOfTable(compared),
      })
      return there
    }

    test('from raw files to published views: the same release', async () => {
      pair.put('2019-Oct.csv', readFileSync(SAMPLE))
      const { record } = await same(NIGHTS.first)
      expect(record?.slices).toMatchObject([{ read: 1000, curated: 1000 }])
    })

    test('with a changed slice and a new month: the same release', async () => {
      const bad = [line({ price: '-1' }), line({ brand: '"open' }), 'x', line({ product: '1e3', user: '' })]
      pair.put('more.csv', csv(...goodLines(300), line(), line(), ...bad))
      const november = goodLines(50).map((text) => text.replace('2019-10', '2019-11'))
      pair.put('2019-Nov.csv', csv(...november), { month: '2019-11' })
      const { record } = await same(NIGHTS.changed)
      expect(record?.slices.map(({ slice }) => slice).sort()).toEqual(['csv-2019-10', 'csv-2019-11'])
      expect(record?.slices.map(({ quarantined }) => quarantined).sort()).toEqual([0, 4])
    })

    test('with a Spark job that is killed in the middle: it is retried, and the release is the same', async () => {
      const runs = glueRuns(pair.trino).length
      pair.put('third.csv', csv(...goodLines(100, { brand: 'apple', category: '2053013555631882700' })))
      const [{ current }, left] = await Promise.all([same(NIGHTS.killed), killNextSpark(pair.trino)])
      expect(current?.release).toBe('r3')
      expect(glueRuns(pair.trino).slice(runs)).toEqual([
        { state: 'FAILED', error: expect.stringContaining('the Spark job failed: it was killed by SIGKILL') },
        { state: 'SUCCEEDED' },
      ])
      // Spark names a job's files by an id of their own.
      const [killed = ''] = left.map((file) => /part-\d+-([0-9a-f-]{36})/.exec(file)?.[1] ?? '')
      expect(killed).not.toBe('')
      const remains = (await keysOf(pair.trino)).filter(
        (key) => key.includes(killed) || key.includes('_temporary'),
      )
      expect(remains, 'what the killed job wrote').toEqual([])
    })

    test('with what the stream persisted, to the millisecond: the same release', async () => {
      const late = ['23:59:59.999999', '23:59:59.9994', '12:30:00.1235'].map((time, i) =>
        sent({ user_id: 7000 + i, event_type: 'purchase', txn_timestamp: `2019-10-31T${time}` }),
      )
      const over = sent({ user_id: 8000, txn_timestamp: '2019-11-01T00:00:00.0001' })
      const replayed = late.map((text) => text.replace('{', '{"replay":"night",'))
      for (const lake of [pair.trino, pair.embedded]) {
        deliver(lake, '2019-10-05T07', 'a', [...sentMany(200), ...sentMany(3), 'no json', '{}'])
        deliver(lake, '2019-10-31T23', 'a', [...late.slice(1), over, ...replayed])
        deliver(lake, '2019-11-01T00', 'a', [...late.slice(0, 1), ...sentMany(40, '2019-11-01')])
      }
      const { record } = await same(NIGHTS.stream)
      expect(record?.slices).toMatchObject([
        {
          slice: 'stream-2019-10',
          curated: 203,
          duplicates: 3,
          quarantined: 2,
          leftOut: { replayed: 3, neighbours: 41 },
        },
        { slice: 'stream-2019-11', curated: 41, leftOut: { neighbours: 6 } },
      ])
    })

    test('what was compared is written down', () => {
      expect(tables).toHaveLength(Object.keys(NIGHTS).length)
      writeParitySection('trino-3-both', {
        title: 'Spark and Trino in one night',
        text: `Nights with Glue's job run by Spark and Athena's statements by Trino, over the Parquet that Spark wrote, against
the embedded engine's nights on the same files. After each, the release documents are equal; views and quarantine compared as above.`,
        tables,
      })
    })
  },
)
