import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { timestampLiteral } from '../../../athena-views/in-month.ts'
import {
  acceptedEvents,
  acceptedStreamEvents,
  type Curation,
  distinctEvents,
  distinctStreamEvents,
  rejectedLines,
  rejectedStreamLines,
  type StreamCuration,
} from '../../../glue-jobs/curated-rows.ts'
import { judgedLines, type RawLines } from '../../../glue-jobs/curation.ts'
import { judgedStreamLines, type RawStreamLines } from '../../../glue-jobs/judged-stream-lines.ts'
import { eventMetrics, quarantineMetrics, type Written } from '../../../glue-jobs/slice-metrics.ts'
import { builderFor } from '../../../sql/builder.ts'

/** A step or a column a line, so that a change shows where it is. */
const readable = (query: string) =>
  `${query
    .replaceAll(/(, |^with )(["`]\w+["`] as \(select)/g, '$1\n$2')
    .replaceAll(/(as ["`][\w.]+["`],) /g, '$1\n  ')
    .replaceAll(/ (from|where|group by|union all) /g, '\n $1 ')}\n`

const month = { from: timestampLiteral('2019-10-01 00:00:00'), to: timestampLiteral('2019-11-01 00:00:00') }

const bounds = {
  ...month,
  beforeFrom: timestampLiteral('2019-09-01 00:00:00'),
  afterTo: timestampLiteral('2019-12-01 00:00:00'),
  own: sql.lit('p_year=2019/p_month=10/'),
  toBefore: sql.lit('p_year=2019/p_month=10/p_day=01/p_hour=00/'),
  toAfter: sql.lit(''),
}

describe.for(['duckdb', 'spark'] as const)('in %s', (dialect) => {
  const curation = builderFor<Curation>(dialect)
  const stream = builderFor<StreamCuration>(dialect)
  const written = builderFor<Written>(dialect)

  test.for([
    ['judged', judgedLines(builderFor<RawLines>(dialect), month)],
    ['accepted', acceptedEvents(curation)],
    ['distinct', distinctEvents(curation)],
    ['rejected', rejectedLines(curation)],
    ['stream-judged', judgedStreamLines(builderFor<RawStreamLines>(dialect), bounds)],
    ['stream-accepted', acceptedStreamEvents(stream)],
    ['stream-distinct', distinctStreamEvents(stream)],
    ['stream-rejected', rejectedStreamLines(stream)],
    ['event-metrics', eventMetrics(written)],
    ['quarantine-metrics', quarantineMetrics(written)],
  ] as const)('%s', async ([name, query]) => {
    await expect(readable(query.compile().sql)).toMatchFileSnapshot(`golden/${name}.${dialect}.sql`)
  })
})
