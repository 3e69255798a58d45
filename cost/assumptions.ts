/** A figure that a run at the desk can't tell, with where it comes from. */
export interface Assumption {
  readonly value: number
  readonly what: string
  readonly why: string
}

const assume = (value: number, what: string, why: string): Assumption => ({ value, what, why })

/** What estimates stand on beside prices and measured use. Who knows better changes it here. */
export const ASSUMPTIONS = {
  sparkRows: assume(
    28_500,
    'rows a second that one vCPU of Glue curates',
    'npm run bench:engines: Spark 3.5.6 did 57,002 a second on two vCPUs, without its start',
  ),
  sparkStart: assume(16, 'seconds of a job before its first row', 'the same bench, with 1,000 rows'),
  sparkTail: assume(
    0.5,
    'share of the work that comes after the shuffle, where a category is one task',
    'not measured; parsing is the other half',
  ),
  largestCategory: assume(0.27, 'share of the events in the largest category', 'October 2019: smartphones'),
  crawlerDpus: assume(2, 'DPUs of a crawl', "AWS's own example; it chooses itself"),
  crawlSeconds: assume(120, 'seconds of a crawl', 'not measured; ten minutes are billed anyway'),
  profileRows: assume(
    4_700,
    'rows a second that one DataBrew node profiles',
    'not measured: half an hour for 42 million rows on five nodes',
  ),
  ingestionSeconds: assume(60, 'seconds until SPICE has a copy', 'not measured; marts are small'),
  lambdaMilliseconds: assume(
    2_000,
    'milliseconds of an invocation',
    'not measured on AWS: cold start and some requests',
  ),
  lambdaMemory: assume(512, 'MB of a function', 'infra/lambda-function.ts; two have more'),
  rawBytes: assume(134, 'bytes of an event as CSV', 'October 2019'),
  curatedBytes: assume(22, 'bytes of an event as Parquet', '4 million generated events'),
  martBytes: assume(0.3, 'bytes of all marts for an event', '4 million generated events'),
  categories: assume(650, 'files of a slice', 'a file a category: October 2019 has 624, November 684'),
  putsPerFile: assume(
    5,
    'PUT and LIST requests until a file stands',
    "Spark's committer writes, copies, lists",
  ),
  getsPerFile: assume(3, 'GET requests for a file in a query', 'footer, then columns'),
  logBytes: assume(20e6, 'bytes of logs a night', 'not measured; Glue writes most of them'),
  metrics: assume(
    100,
    'metrics that a night sends, in one clock hour',
    'catalog/metrics.ts by function and step',
  ),
  kmsRequests: assume(1_000, 'requests to the key a night', 'not measured; buckets have keys of their own'),
  keptVersions: assume(3, 'versions of a slice that lie in the lake', 'vacuum keeps those of three releases'),
  streamBytes: assume(450, 'bytes of an event in the stream', 'JSON with all values as text'),
  streamConsumers: assume(2, 'who reads the raw stream', 'Flink and Firehose'),
  streamPeak: assume(
    4,
    'times the average that the busiest minutes have',
    'the evening has 1.7, a promotion more',
  ),
  kpuEvents: assume(
    20_000,
    'events a second that a KPU keeps up with',
    'Flink 1.20 did 35,000 and more on a vCPU, from files',
  ),
  alertShare: assume(
    0.001,
    'alerts for an event',
    'a shop under attack; without, the replayed data has none',
  ),
  alertBytes: assume(300, 'bytes of an alert', 'JSON'),
  alertMails: assume(0.01, 'mails for an alert', 'only the first of a user and window tells somebody'),
} as const satisfies Record<string, Assumption>

export type AssumptionName = keyof typeof ASSUMPTIONS

export const assumed = (name: AssumptionName): number => ASSUMPTIONS[name].value

/** Those behind the estimate of a run that happened. */
export const RUN_ASSUMPTIONS: readonly AssumptionName[] = [
  'sparkRows',
  'sparkStart',
  'sparkTail',
  'crawlerDpus',
  'crawlSeconds',
  'profileRows',
  'ingestionSeconds',
  'lambdaMilliseconds',
  'putsPerFile',
  'getsPerFile',
  'logBytes',
]

const STREAM_ASSUMPTIONS: readonly AssumptionName[] = [
  'streamBytes',
  'streamConsumers',
  'streamPeak',
  'kpuEvents',
  'alertShare',
  'alertBytes',
  'alertMails',
]

/** Those behind the estimate of a month. */
export const monthAssumptions = (isStreamed: boolean): readonly AssumptionName[] =>
  (Object.keys(ASSUMPTIONS) as AssumptionName[]).filter(
    (name) => isStreamed || !STREAM_ASSUMPTIONS.includes(name),
  )
