import type { QueryCreator } from 'kysely'
import { CSV_HEADER } from '../catalog/events.ts'
import { EVENT_COLUMNS, type Event, type JudgedLine } from './curation.ts'
import type { JudgedStreamLine } from './judged-stream-lines.ts'

/** The relations that follow from the judged lines. */
export interface Curation {
  judged: JudgedLine
  accepted: Event
}

/** The lines that passed, as events. */
export const acceptedEvents = (from: QueryCreator<Curation>) =>
  from.selectFrom('judged').where('reasons', 'is', null).select(EVENT_COLUMNS)

/** Each event once, with the number of its copies: two rows are copies where all nine columns are equal. */
export const distinctEvents = (from: QueryCreator<Curation>) =>
  from
    .selectFrom('accepted')
    .select(EVENT_COLUMNS)
    .select((eb) => eb.fn.countAll<bigint>().as('copies'))
    .groupBy(EVENT_COLUMNS)

/**
 * What goes to the quarantine. The header reads as a line of bad fields; one in each file belongs there and is left out,
 * a further one is a row like any other. Only headers are numbered: the rest may be many.
 */
export const rejectedLines = (from: QueryCreator<Curation>) =>
  from
    .with('rejected', (q) =>
      q
        .selectFrom('judged')
        .where('reasons', 'is not', null)
        .select(['line as raw', 'source_file', 'reasons']),
    )
    .with('headers', (q) =>
      q
        .selectFrom('rejected')
        .where('raw', '=', CSV_HEADER)
        .select(['raw', 'source_file', 'reasons'])
        .select((eb) =>
          eb.fn
            .agg<bigint>('row_number')
            .over((over) => over.partitionBy('source_file').orderBy('raw'))
            .as('occurrence'),
        ),
    )
    .selectFrom('rejected')
    .where('raw', '<>', CSV_HEADER)
    .select(['raw', 'source_file', 'reasons'])
    .unionAll((q) =>
      q.selectFrom('headers').where('occurrence', '>', 1n).select(['raw', 'source_file', 'reasons']),
    )

/** The same relations of the stream. */
export interface StreamCuration {
  judged: JudgedStreamLine
  accepted: Event & Pick<JudgedStreamLine, 'sent'>
}

/** The lines that passed and are nobody else's, as events. */
export const acceptedStreamEvents = (from: QueryCreator<StreamCuration>) =>
  from
    .selectFrom('judged')
    .where('reasons', 'is', null)
    .where('left_out', 'is', null)
    .select([...EVENT_COLUMNS, 'sent'])

/**
 * Each event once, with the number of its copies: two lines are copies where all that was sent is equal, `txn_timestamp` to
 * its last digit and the `event_time` that the curated table does not keep among it.
 */
export const distinctStreamEvents = (from: QueryCreator<StreamCuration>) =>
  from
    .selectFrom('accepted')
    .select(EVENT_COLUMNS)
    .select((eb) => eb.fn.countAll<bigint>().as('copies'))
    .groupBy([...EVENT_COLUMNS, 'sent'])

/** What goes to the quarantine. */
export const rejectedStreamLines = (from: QueryCreator<StreamCuration>) =>
  from.selectFrom('judged').where('reasons', 'is not', null).select(['line as raw', 'source_file', 'reasons'])
