import {
  bigint,
  type Column,
  type Columns,
  decimal,
  double,
  integer,
  nullable,
  string,
  strings,
  timestamp,
} from './column.ts'
import { defineTable, type Table } from './table.ts'

/** How a run can end: a night, then the machines beside it, then any of them. */
export const RUN_OUTCOMES = [
  'published',
  'unchanged',
  'held',
  'curated',
  'backfilled',
  'rolled-back',
  'resumed',
  'vacuumed',
  'replayed',
  'failed',
  'timed-out',
  'aborted',
] as const
export type RunOutcome = (typeof RUN_OUTCOMES)[number]

/** How far a slice came in a run: the farthest that its documents show. */
export const SLICE_OUTCOMES = ['planned', 'curated', 'halted', 'set-aside', 'adopted', 'published'] as const
export type SliceOutcome = (typeof SLICE_OUTCOMES)[number]

/** What names a run in both tables. */
const run = {
  run: string('Name of the run, as versions and releases have it.'),
  machine: string('State machine that ran.'),
  execution: string('ARN of its execution.'),
  started_at: timestamp('When the execution was started, UTC.'),
}

const cost = nullable(
  decimal(12, 4, 'Estimate in US dollars by list prices; null where what was used is not known.'),
)

/** The audit of the lake, written at the end of each run. No release has it: going back to a former one hides no run. */
export const runs = defineTable({
  name: 'runs',
  grain:
    'One row per run that was more than a dry one, however it ended; a redriven run has one row, its last end.',
  columns: {
    ...run,
    ended_at: timestamp('When it ended, UTC.'),
    seconds: double('From start to end; where it was redriven, the time until then included.'),
    redrives: integer('How often it was redriven.'),
    started_by: nullable(
      string(
        'Who started it as the input says: schedule, a user, another execution. Null where it says nothing.',
      ),
    ),
    input: nullable(
      string('Input of the execution, JSON; null where it is too long for the event of its end.'),
    ),
    outcome: string(`${RUN_OUTCOMES.slice(0, -1).join(', ')} or ${RUN_OUTCOMES.at(-1)}.`),
    release: nullable(string('Release that readers saw when it ended.')),
    slices: integer('Slices that it took up.'),
    slices_set_aside: integer('Slices that it set aside for their quality.'),
    marts_built: integer('Months of marts that it built and tested.'),
    rows_read: bigint('Lines of raw files, over all slices that it curated.'),
    rows_curated: bigint('Events that passed.'),
    rows_duplicate: bigint('Surplus copies that were removed.'),
    rows_quarantined: bigint('Rows that were rejected.'),
    job_seconds: double('Run time of its Glue jobs.'),
    bytes_scanned: bigint('What Athena read to build and to test marts.'),
    cost_usd: cost,
    warnings: strings('What it warned of.'),
    error: nullable(string('Name of the error that it ended with.')),
    cause: nullable(string('The cause in words.')),
  },
})

export const runSlices = defineTable({
  name: 'run_slices',
  grain: 'One row per run and slice that it took up.',
  columns: {
    ...run,
    slice: string('Source and month: csv-2019-10.'),
    source: string('csv or stream.'),
    month: string('Month, `YYYY-MM`, UTC.'),
    version: string('Version that the run made of it, or adopted.'),
    fingerprint: string('Hash of the input: keys, sizes and ETags of the files, and what curation is.'),
    files: integer('Raw files.'),
    input_bytes: bigint('Their size.'),
    outcome: string(
      'planned (no further), curated, halted (the run, by its quality), set-aside, adopted (an earlier run has curated it) or published.',
    ),
    rows_read: nullable(
      bigint('Lines of the files; null where the run did not curate the slice, as in those that follow.'),
    ),
    rows_curated: nullable(bigint('Events that passed.')),
    rows_duplicate: nullable(bigint('Surplus copies that were removed.')),
    rows_quarantined: nullable(bigint('Rows that were rejected.')),
    rows_left_out: nullable(
      bigint(
        'Lines of the stream that a replay sent again, or that the slice beside this one takes; null for exports.',
      ),
    ),
    reject_rate: nullable(double('rows_quarantined / rows_read.')),
    first_event: nullable(timestamp('Time of the first event, UTC.')),
    last_event: nullable(timestamp('Time of the last event, UTC.')),
    job_seconds: nullable(double('Run time of the Glue job.')),
    cost_usd: cost,
  },
})

export const auditTables = [runs, runSlices] as const

/** Types that JSON has no form of are stored as text, and get their type in the view. */
const STORED_AS_TEXT: ReadonlySet<Column['kind']> = new Set(['timestamp', 'date', 'decimal'])

export const isStoredAsText = ({ kind }: Column): boolean => STORED_AS_TEXT.has(kind)

const storedColumn = (column: Column): Column =>
  isStoredAsText(column) ? { kind: 'string', nullable: column.nullable, comment: column.comment } : column

/** An audit table as its files have it: lines of JSON. */
export const storedAudit = ({ columns, ...table }: Table): Table => ({
  ...table,
  columns: Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, storedColumn(column)]),
  ) satisfies Columns,
})
