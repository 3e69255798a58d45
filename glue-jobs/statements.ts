import { sql } from 'kysely'
import type { EventSource } from '../catalog/events.ts'
import { builderFor } from '../sql/builder.ts'
import { castTo } from '../sql/functions.ts'
import {
  acceptedEvents,
  acceptedStreamEvents,
  type Curation,
  distinctEvents,
  distinctStreamEvents,
  rejectedLines,
  rejectedStreamLines,
  type StreamCuration,
} from './curated-rows.ts'
import { judgedLines, type RawLines } from './curation.ts'
import { judgedStreamLines, type RawStreamLines } from './judged-stream-lines.ts'
import { eventMetrics, quarantineMetrics, type Written } from './slice-metrics.ts'

/** What makes the rows of a source's slices. */
interface RowStatements {
  /** Has parameters: `:month_from` and the like. */
  readonly judged: string
  readonly accepted: string
  readonly distinct: string
  readonly rejected: string
}

/** What `curate.py` runs, by name: it holds no SQL of its own. */
export interface CurationStatements extends Readonly<Record<EventSource, RowStatements>> {
  readonly event_metrics: string
  readonly quarantine_metrics: string
}

const time = (marker: `:${string}`) => castTo<string>(sql.raw<string>(marker), 'timestamp')
const text = (marker: `:${string}`) => castTo<string>(sql.raw<string>(marker), 'varchar')
const MONTH = { from: time(':month_from'), to: time(':month_to') }

export const curationStatements = (): CurationStatements => {
  const curation = builderFor<Curation>('spark')
  const stream = builderFor<StreamCuration>('spark')
  const written = builderFor<Written>('spark')
  return {
    csv: {
      judged: judgedLines(builderFor<RawLines>('spark'), MONTH).compile().sql,
      accepted: acceptedEvents(curation).compile().sql,
      distinct: distinctEvents(curation).compile().sql,
      rejected: rejectedLines(curation).compile().sql,
    },
    stream: {
      judged: judgedStreamLines(builderFor<RawStreamLines>('spark'), {
        ...MONTH,
        beforeFrom: time(':before_from'),
        afterTo: time(':after_to'),
        own: text(':own'),
        toBefore: text(':to_before'),
        toAfter: text(':to_after'),
      }).compile().sql,
      accepted: acceptedStreamEvents(stream).compile().sql,
      distinct: distinctStreamEvents(stream).compile().sql,
      rejected: rejectedStreamLines(stream).compile().sql,
    },
    event_metrics: eventMetrics(written).compile().sql,
    quarantine_metrics: quarantineMetrics(written).compile().sql,
  }
}

/** The text of the file that the Glue job's `--statements` names. */
export const statementsFile = (): string => `${JSON.stringify(curationStatements(), null, 1)}\n`
