import { MONTH } from './month.ts'

/** Keys in the raw bucket. */
export const RAW = {
  /** Archives as downloaded: .zip, .csv.gz, .gz. */
  archives: 'ecomm_user_activity/',
  /** What the crawler, the profile and the Glue job read: .csv and nothing else. */
  uncompressed: 'ecomm_user_activity_uncompressed/',
  /** JSON lines that Firehose persisted. */
  stream: 'ecomm_user_activity_stream/',
} as const

/** The table that the crawler makes of the folder of raw files: a crawler names tables after their folders. */
export const CRAWLED_TABLE = RAW.uncompressed.replace(/\/$/, '')

/** `p_year=2019/p_month=10/`: the partition of a month (`2019-10`) in the raw zone. */
export const monthPartition = (month: string): string => {
  const [year, monthOfYear] = month.split('-')
  return `p_year=${year}/p_month=${monthOfYear}/`
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
  /** What is known of an archive that was unpacked; the id is a hash of its key. */
  unpacked: (id: string) => `control/unpacked/${id}.json`,
} as const

export const s3Uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`

/** `csv-2019-10`: one source's one month, the unit of work. */
export const sliceName = (source: string, month: string): string => `${source}-${month}`

/** `csv-2019-10@r7`: what a run made of a slice, or of a mart's month. Immutable. */
export const versionName = (sliceOrMonth: string, run: string): string => `${sliceOrMonth}@${run}`
