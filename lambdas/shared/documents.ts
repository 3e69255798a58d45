import { z } from 'zod'
import { REJECT_REASONS } from '../../catalog/events.ts'
import { MONTH } from '../../catalog/month.ts'

/** The documents that steps hand to each other through S3. They are parsed wherever they are read. */

export const month = z.string().regex(MONTH, 'a month is YYYY-MM, for example 2019-10')
const count = z.number().int().nonnegative()
const timestamp = z.string()

/** One raw object as a fingerprint sees it. */
const rawFile = z.object({ key: z.string(), size: count, etag: z.string() })
export type RawFile = z.infer<typeof rawFile>

/** `control/unpacked/<id>.json`: an archive and what it was unpacked to, as both stood then. */
export const unpackedArchive = z.object({ archive: rawFile, target: rawFile })
export type UnpackedArchive = z.infer<typeof unpackedArchive>

/** `control/runs/<run>/<slice>.manifest.json`: exactly what the curation of a slice reads. */
export const sliceManifest = z.object({
  slice: z.string(),
  source: z.enum(['csv', 'stream']),
  month,
  version: z.string(),
  fingerprint: z.string(),
  bucket: z.string(),
  files: z.array(rawFile).min(1),
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
  /** Rejected rows by reason; a row with two reasons counts in both. */
  reasons: z.partialRecord(z.enum(REJECT_REASONS), count),
  eventTypes: z.record(z.string(), count),
  nulls: z.object({ category_code: count, brand: count, user_session: count, price: count }),
  zeroPrices: count,
  /** Decimal text; null where no row has a price. */
  price: z.object({ min: z.string().nullable(), max: z.string().nullable() }),
  firstEvent: timestamp.nullable(),
  lastEvent: timestamp.nullable(),
  categories: count,
  largestCategory: z.object({ category_id: z.string(), rows: count }).nullable(),
  files: count,
  bytes: count,
})
export type SliceMetrics = z.infer<typeof sliceMetrics>

/** What one slice is in a release. */
const releasedSlice = z.object({
  version: z.string(),
  source: z.enum(['csv', 'stream']),
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

/** What kept a slice out of the release. */
const setAside = z.object({
  /** Of the files that did not pass; others are tried again. */
  fingerprint: z.string(),
  /** The run that judged them last; its documents have the figures. */
  run: z.string(),
  since: timestamp,
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
export const verdicts = z.object({ subject: z.string(), verdicts: z.array(verdict) })
export type Verdicts = z.infer<typeof verdicts>

/** `control/runs/<run>/plan.json`: what the night was going to do, and what it noticed in the raw zone. */
export const planRecord = z.object({
  slices: z.array(z.string()),
  unchanged: z.array(z.string()),
  notes: z.array(z.string()),
})

/** `control/runs/<run>/run.json`: the audit record of a night. */
export const runRecord = z.object({
  run: z.string(),
  status: z.enum(['published', 'unchanged', 'failed']),
  startedAt: timestamp,
  endedAt: timestamp,
  release: z.string().nullable(),
  slices: z.array(sliceMetrics),
  setAside: z.array(z.string()),
  /** Months of marts that were built and tested, whatever the tests said. */
  martsBuilt: count,
  warnings: z.array(z.string()),
  error: z.object({ name: z.string(), cause: z.string() }).nullable(),
})
export type RunRecord = z.infer<typeof runRecord>
