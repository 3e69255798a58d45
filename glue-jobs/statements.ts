import { sql } from 'kysely'
import { builderFor } from '../sql/builder.ts'
import { castTo } from '../sql/functions.ts'
import { acceptedEvents, type Curation, distinctEvents, rejectedLines } from './curated-rows.ts'
import { judgedLines, type RawLines } from './curation.ts'
import { eventMetrics, quarantineMetrics, type Written } from './slice-metrics.ts'

/** What `curate.py` runs, by name: it holds no SQL of its own. `:month_from` and `:month_to` are its parameters. */
export interface CurationStatements {
  readonly judged: string
  readonly accepted: string
  readonly distinct: string
  readonly rejected: string
  readonly event_metrics: string
  readonly quarantine_metrics: string
}

const parameter = (marker: `:${string}`) => castTo<string>(sql.raw<string>(marker), 'timestamp')

export const curationStatements = (): CurationStatements => {
  const curation = builderFor<Curation>('spark')
  const written = builderFor<Written>('spark')
  return {
    judged: judgedLines(builderFor<RawLines>('spark'), {
      from: parameter(':month_from'),
      to: parameter(':month_to'),
    }).compile().sql,
    accepted: acceptedEvents(curation).compile().sql,
    distinct: distinctEvents(curation).compile().sql,
    rejected: rejectedLines(curation).compile().sql,
    event_metrics: eventMetrics(written).compile().sql,
    quarantine_metrics: quarantineMetrics(written).compile().sql,
  }
}

/** The text of the file that the Glue job's `--statements` names. */
export const statementsFile = (): string => `${JSON.stringify(curationStatements(), null, 1)}\n`
