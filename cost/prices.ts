/**
 * AWS's list prices in US dollars, and nowhere else: us-east-1, without free tiers, discounts and taxes. Where AWS says GB,
 * MB or TB, they are counted here in powers of ten, the dearer reading.
 */
export const PRICES_OF = { region: 'us-east-1', checked: '2026-11-22' } as const

export interface Price {
  readonly usd: number
  /** What one of it is. */
  readonly unit: string
  /** Where AWS says so. */
  readonly page: string
}

const page = (path: string) => `https://aws.amazon.com/${path}/pricing/`

const price = (usd: number, unit: string, where: string): Price => ({ usd, unit, page: where })

const GLUE = page('glue')
const S3 = page('s3')
const LAMBDA = page('lambda')
const KMS = page('kms')
const CLOUDWATCH = page('cloudwatch')
const KINESIS = page('kinesis/data-streams')
const FLINK = page('managed-service-apache-flink')
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/'

export const PRICES = {
  /** Jobs (standard, not flexible) and crawlers alike. */
  glueDpuHour: price(0.44, 'DPU-hour', GLUE),
  databrewNodeHour: price(0.48, 'node-hour', GLUE),
  athenaTerabyte: price(5, 'TB', page('athena')),
  /** Standard workflows; a retry is one more. */
  stateTransition: price(0.025 / 1_000, 'transition', page('step-functions')),
  /** On arm64. */
  lambdaGigabyteSecond: price(0.000_013_333_4, 'GB-second', LAMBDA),
  lambdaRequest: price(0.2 / 1e6, 'request', LAMBDA),
  s3GigabyteMonth: price(0.023, 'GB-month', S3),
  /** PUT, COPY, POST and LIST. */
  s3Put: price(0.005 / 1_000, 'PUT', S3),
  s3Get: price(0.000_4 / 1_000, 'GET', S3),
  kmsKeyMonth: price(1, 'key-month', KMS),
  kmsRequest: price(0.03 / 10_000, 'request', KMS),
  logsGigabyte: price(0.5, 'GB', CLOUDWATCH),
  /** Each combination of a metric's name and dimensions; by the hour in which it is sent. */
  metricMonth: price(0.3, 'metric-month', CLOUDWATCH),
  alarmMonth: price(0.1, 'alarm-month', CLOUDWATCH),
  snsEmail: price(2 / 100_000, 'mail', page('sns')),
  /** What goes beyond the 10 GB that come with each author. */
  spiceGigabyteMonth: price(0.38, 'GB-month', page('quicksight')),
  /** On demand. */
  kinesisStreamHour: price(0.04, 'stream-hour', KINESIS),
  kinesisGigabyteIn: price(0.08, 'GB in', KINESIS),
  kinesisGigabyteOut: price(0.04, 'GB out', KINESIS),
  flinkKpuHour: price(0.11, 'KPU-hour', FLINK),
  flinkStorageGigabyteMonth: price(0.1, 'GB-month', FLINK),
  firehoseGigabyte: price(0.029, 'GB', page('firehose')),
  dynamodbWrite: price(0.625 / 1e6, 'write', DYNAMODB),
  dynamodbGigabyteMonth: price(0.25, 'GB-month', DYNAMODB),
} as const satisfies Record<string, Price>

export type PriceName = keyof typeof PRICES

/** From which size on use is counted, and to which it is rounded up. */
export const BILLING = {
  glueJobMinimumSeconds: 60,
  crawlMinimumSeconds: 600,
  profileStepSeconds: 60,
  athenaMinimumBytes: 10e6,
  athenaStepBytes: 1e6,
  kinesisStepBytes: 1_024,
  firehoseStepBytes: 5 * 1_024,
  /** Each application has one KPU more, for its orchestration. */
  flinkOrchestrationKpus: 1,
  flinkStorageGigabytesPerKpu: 50,
  /** SPICE that comes with each author. */
  spiceGigabytesPerAuthor: 10,
} as const
