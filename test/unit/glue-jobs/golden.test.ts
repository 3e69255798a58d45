import { describe, expect, test } from 'vitest'
import { timestampLiteral } from '../../../athena-views/in-month.ts'
import {
  acceptedEvents,
  type Curation,
  distinctEvents,
  rejectedLines,
} from '../../../glue-jobs/curated-rows.ts'
import { judgedLines, type RawLines } from '../../../glue-jobs/curation.ts'
import { eventMetrics, quarantineMetrics, type Written } from '../../../glue-jobs/slice-metrics.ts'
import { builderFor } from '../../../sql/builder.ts'

/** A step or a column a line, so that a change shows where it is. */
const readable = (query: string) =>
  `${query
    .replaceAll(/(, |^with )(["`]\w+["`] as \(select)/g, '$1\n$2')
    .replaceAll(/(as ["`][\w.]+["`],) /g, '$1\n  ')
    .replaceAll(/ (from|where|group by|union all) /g, '\n $1 ')}\n`

const month = { from: timestampLiteral('2019-10-01 00:00:00'), to: timestampLiteral('2019-11-01 00:00:00') }

describe.for(['duckdb', 'spark'] as const)('in %s', (dialect) => {
  const curation = builderFor<Curation>(dialect)
  const written = builderFor<Written>(dialect)

  test.for([
    ['judged', judgedLines(builderFor<RawLines>(dialect), month)],
    ['accepted', acceptedEvents(curation)],
    ['distinct', distinctEvents(curation)],
    ['rejected', rejectedLines(curation)],
    ['event-metrics', eventMetrics(written)],
    ['quarantine-metrics', quarantineMetrics(written)],
  ] as const)('%s', async ([name, query]) => {
    await expect(readable(query.compile().sql)).toMatchFileSnapshot(`golden/${name}.${dialect}.sql`)
  })
})
