import { BILLING, type PriceName } from './prices.ts'
import type { Use } from './usage.ts'

/** So much of what has a price. */
export interface Charge {
  readonly price: PriceName
  readonly quantity: number
}

const HOUR = 3_600
const GB = 1e9
const TB = 1e12
const MONTH_HOURS = 730

const upTo = (step: number, value: number): number => Math.ceil(value / step) * step
const charge = (price: PriceName, quantity: number): Charge => ({ price, quantity })

/** What a use is charged as: minimums and rounding are here. */
export function charges(use: Use): Charge[] {
  switch (use.kind) {
    case 'glue-job':
      return [charge('glueDpuHour', (use.dpus * Math.max(use.seconds, BILLING.glueJobMinimumSeconds)) / HOUR)]
    case 'glue-dpu-seconds':
      return [charge('glueDpuHour', use.dpuSeconds / HOUR)]
    case 'crawl':
      return [charge('glueDpuHour', (use.dpus * Math.max(use.seconds, BILLING.crawlMinimumSeconds)) / HOUR)]
    case 'profile':
      return [charge('databrewNodeHour', (use.nodes * upTo(BILLING.profileStepSeconds, use.seconds)) / HOUR)]
    case 'athena': {
      const billed = Math.max(upTo(BILLING.athenaStepBytes, use.bytes), BILLING.athenaMinimumBytes)
      return [charge('athenaTerabyte', ((use.queries ?? 1) * billed) / TB)]
    }
    case 'transitions':
      return [charge('stateTransition', use.count)]
    case 'lambda':
      return [
        charge('lambdaRequest', use.requests),
        charge('lambdaGigabyteSecond', (use.memoryMb / 1_024) * (use.milliseconds / 1_000)),
      ]
    case 's3-requests':
      return [charge('s3Put', use.puts), charge('s3Get', use.gets)]
    case 's3-storage':
      return [charge('s3GigabyteMonth', use.gigabyteMonths)]
    case 'kms':
      return [charge('kmsKeyMonth', use.keyMonths), charge('kmsRequest', use.requests)]
    case 'logs':
      return [charge('logsGigabyte', use.gigabytes)]
    case 'metrics':
      return [charge('metricMonth', use.metricMonths)]
    case 'alarms':
      return [charge('alarmMonth', use.months)]
    case 'mails':
      return [charge('snsEmail', use.count)]
    case 'spice': {
      const included = use.authors * BILLING.spiceGigabytesPerAuthor
      return [charge('spiceGigabyteMonth', Math.max(0, use.gigabyteMonths - included))]
    }
    case 'kinesis': {
      const recordBytes = upTo(BILLING.kinesisStepBytes, use.recordBytes)
      return [
        charge('kinesisStreamHour', use.streamHours),
        charge('kinesisGigabyteIn', (use.recordsIn * recordBytes) / GB),
        charge('kinesisGigabyteOut', use.bytesOut / GB),
      ]
    }
    case 'flink':
      return [
        charge('flinkKpuHour', (use.kpus + BILLING.flinkOrchestrationKpus) * use.hours),
        charge(
          'flinkStorageGigabyteMonth',
          (use.kpus * BILLING.flinkStorageGigabytesPerKpu * use.hours) / MONTH_HOURS,
        ),
      ]
    case 'firehose':
      return [
        charge('firehoseGigabyte', (use.records * upTo(BILLING.firehoseStepBytes, use.recordBytes)) / GB),
      ]
    case 'dynamodb':
      return [charge('dynamodbWrite', use.writes), charge('dynamodbGigabyteMonth', use.gigabyteMonths)]
  }
}
