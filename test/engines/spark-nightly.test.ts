import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GROUPS_VARIABLE, signalGroup } from '../../local/engines/process-groups.ts'
import { installSpark } from '../../local/spark/install-spark.ts'
import { writeParitySection } from '../../scripts/parity-sections.ts'
import {
  csv,
  goodLines,
  hasSample,
  line,
  NO_SAMPLE,
  openTestLake,
  SAMPLE,
  type TestLake,
} from '../local/lake-harness.ts'
import { contentOf, releaseOf } from './compare-lakes.ts'

const folder = mkdtempSync(join(tmpdir(), 'spark-night-'))
const groups = process.env[GROUPS_VARIABLE] ?? join(folder, 'groups')
process.env[GROUPS_VARIABLE] = groups
let embedded: TestLake
let spark: TestLake
const rows: (string | number)[][] = []

beforeAll(async () => {
  await installSpark()
  embedded = await openTestLake('embedded', folder)
  spark = await openTestLake('spark', folder, { glue: 'spark' })
})
afterAll(async () => {
  await Promise.all([embedded, spark].map((lake) => lake?.close()))
  rmSync(folder, { recursive: true, force: true })
})

const put = (name: string, content: string | Buffer, month = '2019-10') => {
  for (const lake of [embedded, spark]) lake.put(name, content, { month })
}

/** A night in each lake: the same release, and the same rows in all that readers see. */
async function sameNights(what: string) {
  const there = await spark.night()
  const here = await embedded.night()
  for (const night of [here, there]) {
    expect(night.execution.error).toBeNull()
    expect(night.record?.status).toBe('published')
  }
  expect(releaseOf(there.current)).toEqual(releaseOf(here.current))
  const [content, sparks] = [await contentOf(embedded), await contentOf(spark)]
  expect(sparks).toEqual(content)
  for (const [view, lines] of Object.entries(content)) rows.push([what, `\`${view}\``, lines.length, 0])
  return there
}

/** The process group that comes next, killed once the job has begun its work. */
async function killNextJob(): Promise<void> {
  mkdirSync(groups, { recursive: true })
  const before = new Set(readdirSync(groups))
  for (;;) {
    const leader = readdirSync(groups).find((name) => !before.has(name))
    if (leader) {
      await sleep(3000)
      return signalGroup(Number(leader), 'SIGKILL')
    }
    await sleep(50)
  }
}

describe.skipIf(!hasSample)(`the night on Spark (${hasSample ? 'and embedded' : NO_SAMPLE})`, () => {
  test('from raw files to published views: the same release', async () => {
    put('2019-Oct.csv', readFileSync(SAMPLE))
    const { record } = await sameNights('first night')
    expect(record?.slices).toMatchObject([{ read: 1000, curated: 1000 }])
  })

  test('with a changed slice and a new month: the same release', async () => {
    const bad = [line({ price: '-1' }), line({ brand: '"open' }), 'x', line({ product: '1e3', user: '' })]
    put('more.csv', csv(...goodLines(300), line(), line(), ...bad))
    put('2019-Nov.csv', csv(...goodLines(50).map((text) => text.replace('2019-10', '2019-11'))), '2019-11')
    const { record } = await sameNights('changed slice, new month')
    expect(record?.slices.map(({ slice }) => slice).sort()).toEqual(['csv-2019-10', 'csv-2019-11'])
    expect(record?.slices.map(({ quarantined }) => quarantined).sort()).toEqual([0, 4])
  })

  test('a Spark that is killed ends the night, and readers see no change', async () => {
    put('third.csv', csv(...goodLines(100, { brand: 'apple', category: '2053013555631882700' })))
    const before = await contentOf(spark)
    const [{ execution, current }] = await Promise.all([spark.night(), killNextJob()])
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'States.TaskFailed' } })
    expect(execution.error?.cause).toContain('the Spark job failed: it was killed by SIGKILL. Its log: ')
    expect(current?.release).toBe('r2')
    expect(await contentOf(spark)).toEqual(before)
    expect(readdirSync(groups)).toEqual([])
  })

  test('started again, it publishes the same release', async () => {
    // So that executions, and with them versions, bear the same names in both lakes.
    await embedded.night({ dryRun: true })
    const { current } = await sameNights('again after a Spark that was killed')
    expect(current?.release).toBe('r4')
    const logs = readdirSync(join(spark.lake.platform.paths.work, 'spark-logs'))
    expect(logs, 'one for each job').toHaveLength(1 + 2 + 1 + 1)
  })

  test('what was compared is written down', () => {
    expect(new Set(rows.map(([what]) => what)).size).toBe(3)
    writeParitySection('spark-nightly', {
      title: 'The night with Spark',
      text: [
        "Two lakes, the same raw files: in one, Glue's task is answered by Spark, in the other by the embedded engine. After each night the",
        'release documents are equal, and so is each row of each view and of the quarantine.',
      ].join('\n'),
      tables: [{ columns: ['night', 'table', 'rows', 'rows of difference'], rows }],
    })
  })
})
