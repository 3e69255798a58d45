import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { publicViews } from '../../athena-views/index.ts'
import { writeParitySection } from '../../scripts/parity-sections.ts'
import { hasSample, NO_SAMPLE, SAMPLE } from '../local/lake-harness.ts'
import { compareViews, rowsOfTable, VIEW_COLUMNS } from './compare-views.ts'
import { openLakePair } from './lake-pair.ts'

test.skipIf(!hasSample)(
  `what Spark curates and Trino publishes is the embedded release (${hasSample ? 'real sample' : NO_SAMPLE})`,
  async () => {
    await using pair = await openLakePair('trino-spark', { glue: 'spark' })
    pair.put('2019-Oct.csv', readFileSync(SAMPLE))
    expect(await pair.night()).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    const compared = await compareViews(pair.embedded, pair.athena)
    expect(compared.map(({ view }) => view)).toEqual(publicViews.map(({ name }) => name))
    expect(compared.filter(({ differences }) => differences.length > 0)).toEqual([])
    writeParitySection('trino-3-over-spark', {
      title: 'Spark and Trino in one night',
      text: `One night from raw CSV to published views with Glue's job run by Spark and Athena's statements by Trino, over the
Parquet that Spark wrote, against the embedded engine's night; compared as above.`,
      tables: [
        { caption: 'The real sample (1,000 events)', columns: VIEW_COLUMNS, rows: rowsOfTable(compared) },
      ],
    })
  },
)
