import { z } from 'zod'
import { EVENT_SOURCES, REJECT_REASONS } from '../../catalog/events.ts'
import { MONTH } from '../../catalog/month.ts'

/** The documents that steps hand to each other through S3. They are parsed wherever they are read. */

export const month = z.string().regex(MONTH, 'a month is YYYY-MM, for example 2019-10')
const count = z.number().int().nonnegative()
const timestamp = z.string()

/** One raw object as a fingerprint sees it. */
const rawFile = z.object({
  key: z.string(),
  size: count,
  etag: z.string(),
  /** When it was put, where it was listed; no part of the fingerprint: the same file put again changes nothing. */
  modified: timestamp.optional(),
})
export type RawFile = z.infer<typeof rawFile>

/** `control/unpacked/<id>.json`: an archive and what it was unpacked to, as both stood then. */
export const unpackedArchive = z.object({ archive: rawFile, target: rawFile })
export type UnpackedArchive = z.infer<typeof unpackedArchive>

/** `control/runs/<run>/<slice>.manifest.json`: exactly what the curation of a slice reads. */
export const sliceManifest = z.object({
  slice: z.string(),
  source: z.enum(EVENT_SOURCES),
  month,
  version: z.string(),
  fingerprint: z.string(),
  bucket: z.string(),
  files: z.array(rawFile).min(1),
  /**
   * Of a slice of the stream, as parts of keys: the folder of what arrived in its month, and those in it whose events of the
   * month before and of the month after are left to these; null where there is no such slice.
   */
  hours: z
    .object({ own: z.string(), toBefore: z.string().nullable(), toAfter: z.string().nullable() })
    .optional(),
  /** ARN of the execution that curates it: it stands in the job's lines, and says who made the version. */
  execution: z.string().optional(),
})
export type SliceManifest = z.infer<typeof sliceManifest>

/** `control/runs/<run>/<slice>.metrics.json`: what curation counted, each figure by a way of its own. */
export const sliceMetrics = z.object({
  slice: z.string(),
  version: z.string(),
  month,
  /** Lines of the raw files, without headers and blank lines. */
  read: count,
  /** Rows in the Parquet files as written. */
  curated: count,
  /** Surplus copies that deduplication removed. */
  duplicates: count,
  /** Rows in the quarantine as written. */
  quarantined: count,
  /** Lines of the stream that are another sending's or another slice's; files of other sources have none. */
  leftOut: z
    .object({
      /** Sent again by a replay. */
      replayed: count,
      /** In an hour next to the month's border, and of the neighbour. */
      neighbours: count,
    })
    .optional(),
  /** Rejected rows by reason; a row with two reasons counts in both. */
  reasons: z.partialRecord(z.enum(REJECT_REASONS), count),
  eventTypes: z.record(z.string(), count),
  nulls: z.object({ category_code: count, brand: count, user_session: count, price: count }),
  zeroPrices: count,
  /** Decimal text; null where no row has a price. Quantiles are prices that occur; what former versions wrote has none. */
  price: z.object({
    min: z.string().nullable(),
    max: z.string().nullable(),
    p50: z.string().nullish(),
    p90: z.string().nullish(),
    p99: z.string().nullish(),
  }),
  firstEvent: timestamp.nullable(),
  lastEvent: timestamp.nullable(),
  categories: count,
  largestCategory: z.object({ category_id: z.string(), rows: count }).nullable(),
  /** Events by category_id; what former versions wrote lacks it. */
  categoryRows: z.record(z.string(), count).optional(),
  files: count,
  bytes: count,
})
export type SliceMetrics = z.infer<typeof sliceMetrics>

/** The figures without what only the comparison of two slices needs, which is long. */
export const sliceFigures = sliceMetrics.omit({ categoryRows: true })
export type SliceFigures = z.infer<typeof sliceFigures>

/** What one slice is in a release. */
const releasedSlice = z.object({
  version: z.string(),
  source: z.enum(EVENT_SOURCES),
  month,
  fingerprint: z.string(),
  rows: count,
})
export type ReleasedSlice = z.infer<typeof releasedSlice>

/** What one month of one mart is in a release; `basis` is the hash of its SQL and of the versions that it was built from. */
const releasedMart = z.object({ version: z.string(), basis: z.string() })

/** `control/releases/<release>.json`: the current versions of every table. */
export const release = z.object({
  release: z.string(),
  previous: z.string().nullable(),
  publishedAt: timestamp,
  /** Slice name to what it is. */
  slices: z.record(z.string(), releasedSlice),
  /** Mart name, then month. */
  marts: z.record(z.string(), z.record(z.string(), releasedMart)),
  /** Set when the first of its versions was removed: since then nobody can go back to it. */
  vacuumed: z.object({ at: timestamp, run: z.string() }).optional(),
})
export type Release = z.infer<typeof release>

/** `control/runs/<run>/candidate.json`: what the release of this run will be if every step that is left succeeds. */
export const candidate = z.object({
  run: z.string(),
  /** The release that it starts from; publishing fails where another one has become current since. */
  base: z.string().nullable(),
  slices: release.shape.slices,
  marts: release.shape.marts,
})
export type Candidate = z.infer<typeof candidate>

/**
 * `control/curated/<slice>.json`: the newest version of a slice that is curated, reconciled, good and registered. A night
 * that finds the slice unchanged since takes this version instead of curating again.
 */
export const curatedVersion = releasedSlice.extend({
  slice: z.string(),
  /** Hash of what curation made of it; the fingerprint has it too. */
  curation: z.string(),
  /** The run that made it; its documents have the figures. */
  run: z.string(),
  registeredAt: timestamp,
  /** The backfill that ordered it, whose night takes it though it may have been forced. */
  backfill: z.string().nullable(),
  /** Whether a profile had been judged before it was curated. */
  profiled: z.boolean(),
})
export type CuratedVersion = z.infer<typeof curatedVersion>

/** `control/hold.json`: a rollback keeps nights from publishing until somebody ends it. */
export const hold = z.object({
  /** The release that readers are to see meanwhile. */
  release: z.string(),
  since: timestamp,
  /** The execution that ordered it. */
  by: z.string(),
  reason: z.string().nullable(),
})
export type Hold = z.infer<typeof hold>

/** What kept a slice out of the release. */
const setAside = z.object({
  /** Of the files that did not pass; others are tried again. */
  fingerprint: z.string(),
  /** The run that judged them last; its documents have the figures. */
  run: z.string(),
  since: timestamp,
  /** When it was judged last. */
  judgedAt: timestamp.optional(),
  /** The rules that it broke. */
  rules: z.array(z.string()),
})
export type SetAside = z.infer<typeof setAside>

/** `control/set-aside.json`: by slice name. */
export const setAsideSlices = z.record(z.string(), setAside)

/** `control/refreshed.json`: the release that dashboards show, written when every copy of its views is refreshed. */
export const refreshedRelease = z.object({ release: z.string() })

/** `control/current.json`. */
export const currentPointer = z.object({ release: z.string() })

/** The verdict of one rule, with the figure that it saw. */
export const verdict = z.object({
  rule: z.string(),
  action: z.enum(['pass', 'warn', 'quarantine', 'halt']),
  value: z.union([z.number(), z.string()]),
  threshold: z.union([z.number(), z.string()]).nullable(),
  /** One sentence for whoever is called at night: the thing, the place, the remedy. */
  message: z.string(),
})
export type Verdict = z.infer<typeof verdict>

/** `control/runs/<run>/<slice>.gate.json` and `partition-key.json`, `<mart>-<month>.tests.json`. */
export const verdicts = z.object({
  subject: z.string(),
  verdicts: z.array(verdict),
  /** What Athena read for it, where it was asked. */
  bytesScanned: count.optional(),
})
export type Verdicts = z.infer<typeof verdicts>

/** `control/runs/<run>/<what>.failure.json`: a failure that a service answered, and whether the run has failed with it. */
export const reportedFailure = z.object({
  error: z.string(),
  cause: z.string(),
  at: timestamp,
  /** False once a redrive has gone on. */
  isThrown: z.boolean(),
})

/** `control/runs/<run>/plan.json`: what the night was going to do, and what it noticed in the raw zone. */
export const planRecord = z.object({
  slices: z.array(z.string()),
  /** The version that each of the slices had then, null where it had none; what former versions wrote lacks it. */
  replaces: z.record(z.string(), z.string().nullable()).default({}),
  unchanged: z.array(z.string()),
  notes: z.array(z.string()),
  /** Slices whose version an earlier run has made. */
  adopted: z.record(z.string(), releasedSlice).default({}),
  /** Slices that leave the release because their files are gone, as somebody has confirmed. */
  removed: z.array(z.string()).default([]),
  /** The backfill for which slices are curated. */
  backfill: z.string().nullable().default(null),
  /** Whether a profile is judged before slices are curated. */
  profiled: z.boolean().default(false),
})
export type PlanRecord = z.infer<typeof planRecord>

/** `control/runs/<run>/<slice>.job.json`: what Glue says of the job run that curated a slice. */
export const jobUsage = z.object({
  id: z.string(),
  /** Run time, as it is billed. */
  seconds: z.number().nonnegative(),
  /** With auto scaling: seconds by the DPUs of each moment. */
  dpuSeconds: z.number().nonnegative().nullable(),
})
export type JobUsage = z.infer<typeof jobUsage>

/** `control/runs/<run>/<mart>-<month>.query.json`: what Athena says of the statement that built a mart's month. */
export const queryUsage = z.object({ bytesScanned: count, milliseconds: count })
export type QueryUsage = z.infer<typeof queryUsage>

/** What the jobs and queries of a run have used together. */
const runUsage = z.object({
  jobSeconds: z.number().nonnegative(),
  /** Null where a job ran without auto scaling, which counts them. */
  dpuSeconds: z.number().nonnegative().nullable(),
  /** What Athena read to build marts and to test them. */
  bytesScanned: count,
  /** What it read for each month of a mart that was built. */
  built: z.array(count).default([]),
})
export type RunUsage = z.infer<typeof runUsage>

/** `control/runs/<run>/run.json`: the audit record of a night. */
export const runRecord = z.object({
  run: z.string(),
  /**
   * `held`: nothing may be published for now, though there may be something to. `curated`: slices are ready for another run
   * to publish. The last five are ends of the machines beside the night.
   */
  status: z.enum([
    'published',
    'unchanged',
    'held',
    'curated',
    'failed',
    'backfilled',
    'rolled-back',
    'resumed',
    'vacuumed',
    'replayed',
  ]),
  startedAt: timestamp,
  endedAt: timestamp,
  release: z.string().nullable(),
  slices: z.array(sliceFigures),
  setAside: z.array(z.string()),
  /** Versions that earlier runs have made and this one took. */
  adopted: z.array(z.string()).optional(),
  /** Months of marts that were built and tested, whatever the tests said. */
  martsBuilt: count,
  /** What it has used of the services that are paid by use; what former versions wrote lacks it. */
  usage: runUsage.optional(),
  warnings: z.array(z.string()),
  error: z.object({ name: z.string(), cause: z.string() }).nullable(),
})
export type RunRecord = z.infer<typeof runRecord>
