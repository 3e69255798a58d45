import { MONTH, shiftMonth } from './month.ts'

/** Keys in the raw bucket. */
export const RAW = {
  /** Archives as downloaded: .zip, .csv.gz, .gz. */
  archives: 'ecomm_user_activity/',
  /** What the crawler, the profile and the Glue job read: .csv and nothing else. */
  uncompressed: 'ecomm_user_activity_uncompressed/',
  /** JSON lines that Firehose persisted. */
  stream: 'ecomm_user_activity_stream/',
  /** What Firehose could not persist there. */
  streamErrors: 'ecomm_user_activity_stream_errors/',
} as const

/** The table that the crawler makes of the folder of raw files: a crawler names tables after their folders. */
export const CRAWLED_TABLE = RAW.uncompressed.replace(/\/$/, '')

/** The one that it makes of what Firehose persisted. */
export const CRAWLED_STREAM_TABLE = RAW.stream.replace(/\/$/, '')

/** `p_year=2019/p_month=10/`: the partition of a month (`2019-10`) in the raw zone. */
export const monthPartition = (month: string): string => {
  const [year, monthOfYear] = month.split('-')
  return `p_year=${year}/p_month=${monthOfYear}/`
}

/** `p_year=2019/p_month=10/p_day=01/`: where the days (`2019-10-01`) of the stream's zone lie, each with its hours below. */
export const dayPartition = (day: string): string =>
  `${monthPartition(day.slice(0, 7))}p_day=${day.slice(8)}/`

/** `p_year=2019/p_month=10/p_day=01/p_hour=13/`: where an hour of it (`2019-10-01T13`, or an instant in it) lies. */
export const hourPartition = (hour: string): string =>
  `${dayPartition(hour.slice(0, 10))}p_hour=${hour.slice(11, 13)}/`

/** The hour (`2019-10-01T13`, UTC) of a key in the stream's zone, or undefined where the key lies in no hour's partition. */
export const hourOfKey = (key: string): string | undefined => {
  const [, year, month, day, hour] =
    /(?:^|\/)p_year=(\d{4})\/p_month=(\d\d)\/p_day=(\d\d)\/p_hour=(\d\d)\//.exec(key) ?? []
  return hour === undefined ? undefined : `${year}-${month}-${day}T${hour}`
}

/** The first and the last hour of a month, as folders of the stream's zone: `p_year=2019/p_month=10/p_day=01/p_hour=00/`. */
export const borderHours = (month: string): { readonly first: string; readonly last: string } => {
  const following = Date.parse(`${shiftMonth(month, 1)}-01T00:00:00Z`)
  return {
    first: hourPartition(`${month}-01T00`),
    last: hourPartition(new Date(following - 1).toISOString()),
  }
}

/** The month (`2019-10`) of a key in the raw zone, or undefined where the key lies in no month's partition. */
export const monthOfKey = (key: string): string | undefined => {
  const found = /(?:^|\/)p_year=(\d+)\/p_month=(\d+)\//.exec(key)
  const month = found ? `${found[1]}-${found[2]}` : ''
  return MONTH.test(month) ? month : undefined
}

/** Keys in the lake bucket. */
export const LAKE = {
  curated: 'curated/',
  curatedVersion: (version: string) => `curated/version=${version}/`,
  quarantine: 'quarantine/',
  quarantineVersion: (version: string) => `quarantine/version=${version}/`,
  marts: 'marts/',
  mart: (mart: string) => `marts/${mart}/`,
  /** Every attempt has a prefix of its own: CTAS refuses a location that is not empty. */
  martAttempt: (mart: string, version: string, attempt: string) =>
    `marts/${mart}/version=${version}/attempt=${attempt}/`,
  profiles: 'profiles/',
  /** Lines of JSON, a file a run; what the views `runs` and `run_slices` read. */
  audit: 'audit/',
  auditOf: (table: string) => `audit/${table}/`,
  /** What the platform knows of itself, as JSON documents. */
  control: 'control/',
  run: (run: string, document: string) => `control/runs/${run}/${document}.json`,
  runs: 'control/runs/',
  release: (release: string) => `control/releases/${release}.json`,
  releases: 'control/releases/',
  current: 'control/current.json',
  /** The release that dashboards show. */
  refreshed: 'control/refreshed.json',
  /** Slices that did not pass their gate, so that no night curates them again while they are unchanged. */
  setAside: 'control/set-aside.json',
  /** The newest version of a slice that is good and registered, published or not: a night takes it instead of curating again. */
  curatedSlice: (slice: string) => `control/curated/${slice}.json`,
  curatedSlices: 'control/curated/',
  /** There while a rollback keeps nights from publishing. */
  hold: 'control/hold.json',
  /** Which release a rollback went back from, and to which. */
  rollback: (run: string) => `control/rollbacks/${run}.json`,
  rollbacks: 'control/rollbacks/',
  /** What is known of an archive that was unpacked; the id is a hash of its key. */
  unpacked: (id: string) => `control/unpacked/${id}.json`,
  unpackedArchives: 'control/unpacked/',
} as const

/** Where the results of a workgroup's queries go, in the bucket of results. */
export const resultsPrefix = (workgroup: string): string => `${workgroup}/`

export const s3Uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`

/**
 * What the run of a machine's execution begins with, before the execution's name. Documents and versions are named after
 * runs, and executions of two machines may share a name.
 */
export const RUN_PREFIXES = {
  nightly: '',
  backfill: 'backfill-',
  backfillMonth: 'month-',
  rollback: 'rollback-',
  vacuum: 'vacuum-',
  replay: 'replay-',
} as const

/** A state machine of the lake, as the names of a deployment call it. */
export type MachineKind = keyof typeof RUN_PREFIXES

/** `csv-2019-10`: one source's one month, the unit of work. */
export const sliceName = (source: string, month: string): string => `${source}-${month}`

/** `csv-2019-10@r7`: what a run made of a slice, or of a mart's month. Immutable. */
export const versionName = (sliceOrMonth: string, run: string): string => `${sliceOrMonth}@${run}`

/** `r7` of `csv-2019-10@r7`: its documents lie in that run's folder, whatever release has the version. */
export const runOfVersion = (version: string): string => version.slice(version.lastIndexOf('@') + 1)
