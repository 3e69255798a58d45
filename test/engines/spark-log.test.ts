import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installSpark } from '../../local/spark/install-spark.ts'
import { csv, goodLines, line, openTestLake, type TestLake } from '../local/lake-harness.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'spark-log-'))
let lake: TestLake
beforeAll(async () => {
  await installSpark()
  lake = await openTestLake('lake', folder, { glue: 'spark' })
})
afterAll(async () => {
  await lake?.close()
  rmSync(folder, { recursive: true, force: true })
})

test("Glue's script writes lines with the keys that the functions' lines have, and the counts of its slice", async () => {
  lake.put('2019-Oct.csv', csv(...goodLines(20), line({ product: 'x' }), ...goodLines(1)))
  const { execution, record } = await lake.night()
  expect(execution.error).toBeNull()
  const lines = lake.lake.platform.logs
    .read(execution.machine, execution.name)
    .lines.map((text) => JSON.parse(text))
    .filter(({ service }) => service === 'curate')
  const keys = {
    execution: execution.arn,
    run: execution.name,
    slice: 'csv-2019-10',
    version: `csv-2019-10@${execution.name}`,
    month: '2019-10',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  }
  expect(lines).toMatchObject([
    { level: 'INFO', message: 'started', files: 1, ...keys },
    { level: 'INFO', message: 'succeeded', read: 22, curated: 20, duplicates: 1, quarantined: 1, ...keys },
  ])
  expect(record?.slices[0]).toMatchObject({ read: 22, curated: 20 })
})
