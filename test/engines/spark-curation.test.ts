import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateMonth } from '../../local/generate/generate-month.ts'
import { installSpark } from '../../local/spark/install-spark.ts'
import { writeParitySection } from '../../scripts/parity-sections.ts'
import { type Comparison, compareCuration } from './compare-curation.ts'
import { curateMany } from './curate-many.ts'
import { CASES, FAILING, FAILING_STREAM, LEFT_BEHIND, STREAM_SLICES } from './curation-cases.ts'
import { openSparkLake, type SparkLake } from './spark-lake.ts'

const GENERATED = { month: '2019-10', rows: 500_000, seed: 42 }
const GENERATED_NAME = 'a calibrated month of 500,000 events'
const NAMES = [...Object.keys({ ...CASES, ...LEFT_BEHIND, ...STREAM_SLICES }), GENERATED_NAME]

let lake: SparkLake
const slices = new Map<string, number>()
const outcomes = new Map<string, string | null>()
const compared = new Map<string, Omit<Comparison, 'strays'>>()

beforeAll(async () => {
  const spark = await installSpark()
  lake = openSparkLake()
  for (const [name, files] of Object.entries({ ...CASES, ...LEFT_BEHIND, ...FAILING }))
    slices.set(name, await lake.addSlice(files))
  for (const [name, files] of Object.entries({ ...STREAM_SLICES, ...FAILING_STREAM }))
    slices.set(name, await lake.addSlice(files, 'stream'))
  for (const name of Object.keys(LEFT_BEHIND)) lake.leaveBehind(slices.get(name) ?? 0)
  const fill = (path: string) => generateMonth({ ...GENERATED, path })
  slices.set(GENERATED_NAME, await lake.addSlice({ key: 'oct.csv', fill }))
  const results = await curateMany({
    spark,
    buckets: lake.buckets,
    folder: lake.folder('spark'),
    jobs: [...slices.values()].map((slice) => lake.jobArguments(slice, 'spark')),
  })
  for (const [i, name] of [...slices.keys()].entries()) outcomes.set(name, results[i] ?? null)
})
afterAll(() => lake?.close())

const embedded = (slice: number) =>
  lake.embedded.run(lake.jobArguments(slice, 'embedded'), { signal: new AbortController().signal })

/** Sizes differ by how each engine compresses; how many files there may be is looked at on its own. */
const countsOf = (slice: number, engine: 'embedded' | 'spark') => {
  const { files: _, bytes: __, ...counts } = lake.metrics(slice, engine)
  return counts
}

describe('Spark and the embedded engine make the same of', () => {
  test.for(NAMES)('%s', async (name) => {
    const slice = slices.get(name) ?? 0
    expect(outcomes.get(name)).toBeNull()
    await embedded(slice)
    const { strays, ...comparison } = await compareCuration(
      lake.written(slice, 'embedded'),
      lake.written(slice, 'spark'),
      lake.folder('compare'),
    )
    const { events, quarantined, partitions, files, schemas } = comparison
    expect(strays).toEqual([[], []])
    expect({ events, quarantined }).toEqual({
      events: { rows: [events.rows[0], events.rows[0]], onlyEmbedded: 0, onlyOther: 0 },
      quarantined: { rows: [quarantined.rows[0], quarantined.rows[0]], onlyEmbedded: 0, onlyOther: 0 },
    })
    expect(countsOf(slice, 'spark')).toEqual(countsOf(slice, 'embedded'))
    expect(partitions[1]).toEqual(partitions[0])
    expect(schemas.events[1]).toEqual(schemas.events[0])
    expect(schemas.quarantined[1]).toEqual(schemas.quarantined[0])
    for (const kind of [schemas.events, schemas.quarantined])
      expect(kind[1].length, 'one schema for all files').toBeLessThanOrEqual(1)
    for (const [i, engine] of (['embedded', 'spark'] as const).entries()) {
      const { categories, files: counted } = lake.metrics(slice, engine)
      expect(files[i], engine).toBe(counted)
      expect(counted, engine).toBeGreaterThanOrEqual(categories)
      expect(counted, engine).toBeLessThanOrEqual(2 * categories)
    }
    compared.set(name, comparison)
  })
})

describe('neither engine takes for curated', () => {
  test.for(Object.keys({ ...FAILING, ...FAILING_STREAM }))('%s', async (name) => {
    expect(outcomes.get(name)).toMatch(/gzip|Exception/i)
    await expect(embedded(slices.get(name) ?? 0)).rejects.toThrow(/gzip/)
  })
})

test('what was compared is written down', () => {
  expect([...compared.keys()]).toEqual(NAMES)
  const schema = compared.get(GENERATED_NAME)?.schemas.events[1][0] ?? ''
  writeParitySection('spark-curation', {
    title: 'Curation: Spark and the embedded engine',
    text: [
      "`glue-jobs/curate.py`, the script that is deployed, on Spark 3.5.6, and the embedded engine's curation of the same slices: every",
      'file that the tests of curation hold and that passes the check of headers before it, objects of the stream, and a generated month. Compared are the rows both ways (`EXCEPT ALL`), the rejected lines with',
      'their reasons, the metrics (all but the size in bytes), the partition folders, and the Parquet schema of every file.',
    ].join('\n'),
    tables: [
      {
        columns: [
          'slice',
          'events',
          'quarantined',
          'partitions',
          'files embedded',
          'files Spark',
          'rows of difference',
        ],
        rows: [...compared].map(([name, { events, quarantined, partitions, files }]) => [
          name,
          events.rows[0],
          quarantined.rows[0],
          partitions[0].length,
          files[0],
          files[1],
          events.onlyEmbedded + events.onlyOther + quarantined.onlyEmbedded + quarantined.onlyOther,
        ]),
      },
      {
        caption: 'The columns of every curated file, as both engines write them:',
        columns: ['column', 'Parquet'],
        rows: schema.split('\n').map((line) => {
          const [column = '', ...type] = line.split(' ')
          return [`\`${column}\``, `\`${type.join(' ')}\``]
        }),
      },
    ],
  })
})
