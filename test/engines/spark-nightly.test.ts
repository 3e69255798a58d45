import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
import { contentOf, releaseOf, verdictsOf } from './compare-lakes.ts'
import { glueRuns } from './glue-runs.ts'
import { killNextSpark } from './kill-spark.ts'

const folder = mkdtempSync(join(tmpdir(), 'spark-night-'))
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

const put = (name: string, content: string | Buffer) => {
  for (const lake of [embedded, spark]) lake.put(name, content)
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
  expect(await verdictsOf(spark, there.execution.name)).toEqual(
    await verdictsOf(embedded, here.execution.name),
  )
  const [content, sparks] = [await contentOf(embedded), await contentOf(spark)]
  expect(sparks).toEqual(content)
  for (const [view, lines] of Object.entries(content)) rows.push([what, `\`${view}\``, lines.length, 0])
  return there
}

describe.skipIf(!hasSample)(`the night on Spark (${hasSample ? 'and embedded' : NO_SAMPLE})`, () => {
  test('from raw files to published views: the same release', async () => {
    put('2019-Oct.csv', readFileSync(SAMPLE))
    const { record } = await sameNights('first night')
    expect(record?.slices).toMatchObject([{ read: 1000, curated: 1000 }])
  })

  test("Glue's script writes lines with the keys that the functions' lines have, and the counts of its slice", () => {
    const [execution] = spark.lake.executions.list(spark.lake.platform.names.nightly)
    const lines = spark.lake.platform.logs
      .read(execution?.machine ?? '', execution?.name ?? '')
      .lines.map((text) => JSON.parse(text))
      .filter(({ service }) => service === 'curate')
    const keys = {
      execution: execution?.arn,
      run: 'r1',
      slice: 'csv-2019-10',
      version: 'csv-2019-10@r1',
      month: '2019-10',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    }
    const counts = { read: 1000, curated: 1000, duplicates: 0, quarantined: 0 }
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'started', files: 1, ...keys },
      { level: 'INFO', message: 'succeeded', ...counts, ...keys },
    ])
  })

  test('a Spark that is killed again when it is retried fails the night, and readers see no change', async () => {
    const bad = [line({ price: '-1' }), line({ brand: '"open' }), 'x', line({ product: '1e3', user: '' })]
    put('more.csv', csv(...goodLines(300), line(), line(), ...bad))
    const before = await contentOf(spark)
    const twice = killNextSpark(spark).then(() => killNextSpark(spark))
    const [{ execution, current }] = await Promise.all([spark.night(), twice])
    expect(execution).toMatchObject({ status: 'FAILED', error: { name: 'States.TaskFailed' } })
    const killed = 'the Spark job failed: it was killed by SIGKILL. Its log: '
    expect(execution.error?.cause).toContain(killed)
    expect(glueRuns(spark)).toEqual([
      { state: 'SUCCEEDED' },
      { state: 'FAILED', error: expect.stringContaining(killed) },
      { state: 'FAILED', error: expect.stringContaining(killed) },
    ])
    expect(current?.release).toBe('r1')
    expect(await contentOf(spark)).toEqual(before)
  })

  test('started again, it publishes the same release', async () => {
    // So that executions, and with them versions, bear the same names in both lakes.
    await embedded.night({ dryRun: true })
    const { record, current } = await sameNights('changed slice, after a Spark that was killed twice')
    expect(current?.release).toBe('r3')
    expect(record?.slices).toMatchObject([{ quarantined: 4, duplicates: 1 }])
  })

  test('what was compared is written down', () => {
    expect(new Set(rows.map(([what]) => what)).size).toBe(2)
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
