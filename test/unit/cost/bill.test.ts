import { describe, expect, it } from 'vitest'
import { estimateRunCost } from '../../../cost/estimate.ts'
import { BILLING, PRICES, PRICES_OF } from '../../../cost/prices.ts'
import type { UsageLine } from '../../../cost/usage.ts'

/** Worked out by hand with the prices of us-east-1; the comments have the sums. */
const EXAMPLES: readonly (readonly [what: string, line: UsageLine, usd: number])[] = [
  // AWS's own example: 6 DPUs for a quarter of an hour.
  ['a Glue job', { kind: 'glue-job', dpus: 6, seconds: 900 }, 0.66],
  // 10 x 60 / 3600 x 0.44
  ['a Glue job of some seconds, as a minute', { kind: 'glue-job', dpus: 10, seconds: 7 }, 0.07333],
  // 7200 / 3600 x 0.44
  ['DPU-seconds that Glue has counted', { kind: 'glue-dpu-seconds', dpuSeconds: 7_200 }, 0.88],
  // AWS's own example: 2 DPUs for half an hour.
  ['a crawl', { kind: 'crawl', dpus: 2, seconds: 1_800 }, 0.44],
  // 2 x 600 / 3600 x 0.44
  ['a short crawl, as ten minutes', { kind: 'crawl', dpus: 2, seconds: 45 }, 0.14667],
  // 5 x 0.5 x 0.48
  ['a profile', { kind: 'profile', nodes: 5, seconds: 1_800 }, 1.2],
  // 5 x 2 / 60 x 0.48
  ['a profile, by the minute', { kind: 'profile', nodes: 5, seconds: 61 }, 0.08],
  // AWS's own example: 3 TB.
  ['a query', { kind: 'athena', bytes: 3e12 }, 15],
  // 10 MB x 5 / 1e6 MB
  ['a query of a byte, as 10 MB', { kind: 'athena', bytes: 1 }, 0.00005],
  // 3 x 11 MB
  ['queries, each rounded up to a MB', { kind: 'athena', bytes: 10_000_001, queries: 3 }, 0.000165],
  // 4,000 x 0.025 / 1,000
  ['state transitions', { kind: 'transitions', count: 4_000 }, 0.1],
  // 3 x 0.2 + 3e6 x 0.5 GB x 1 s x 0.0000133334
  [
    'functions',
    { kind: 'lambda', requests: 3e6, memoryMb: 512, milliseconds: 3e9 },
    0.6 + 1.5e6 * 0.0000133334,
  ],
  // 100 x 0.005 + 1,000 x 0.0004
  ['requests to S3', { kind: 's3-requests', puts: 100_000, gets: 1_000_000 }, 0.9],
  ['storage in S3', { kind: 's3-storage', gigabyteMonths: 100 }, 2.3],
  // 1 + 0.03
  ['a key', { kind: 'kms', keyMonths: 1, requests: 10_000 }, 1.03],
  ['logs', { kind: 'logs', gigabytes: 2 }, 1],
  ['metrics', { kind: 'metrics', metricMonths: 10 }, 3],
  ['alarms', { kind: 'alarms', months: 3 }, 0.3],
  ['mails', { kind: 'mails', count: 1_000 }, 0.02],
  // (13 - 10) x 0.38
  ['SPICE beyond what an author brings', { kind: 'spice', gigabyteMonths: 13, authors: 1 }, 1.14],
  ['SPICE within it', { kind: 'spice', gigabyteMonths: 9, authors: 1 }, 0],
  // 720 x 0.04 + 1e6 x 1,024 B x 0.08 + 0.9 GB x 0.04
  [
    'a stream, each record as a KB',
    { kind: 'kinesis', streamHours: 720, recordsIn: 1e6, recordBytes: 450, bytesOut: 9e8 },
    28.8 + 0.08192 + 0.036,
  ],
  // (1 + 1) x 720 x 0.11 + 50 x 720 / 730 x 0.1
  ['a Flink application with its orchestration', { kind: 'flink', kpus: 1, hours: 720 }, 158.4 + 4.931507],
  // 1e6 x 5,120 B x 0.029
  ['Firehose, each record as 5 KB', { kind: 'firehose', records: 1e6, recordBytes: 450 }, 0.14848],
  // 0.625 + 0.25
  ['a table', { kind: 'dynamodb', writes: 1e6, gigabyteMonths: 1 }, 0.875],
]

describe('what is charged for', () => {
  it.each(EXAMPLES)('%s', (_, line, usd) => {
    expect(estimateRunCost([line]).usd).toBeCloseTo(usd, 5)
  })
})

describe('an estimate', () => {
  const estimate = estimateRunCost([
    { kind: 'athena', bytes: 1e12, source: 'measured' },
    { kind: 'athena', bytes: 1e12 },
    { kind: 'transitions', count: 1_000, source: 'measured' },
    { kind: 'glue-dpu-seconds', dpuSeconds: 3_600 },
    { kind: 'glue-job', dpus: 1, seconds: 3_600 },
    { kind: 'mails', count: 0 },
  ])

  it('has a line for each thing that has a price, and their sum', () => {
    expect(estimate.items.map(({ part, quantity, unit }) => `${part}: ${quantity} ${unit}`)).toEqual([
      'Step Functions: 1000 transition',
      'Glue jobs: 2 DPU-hour',
      'Athena: 2 TB',
    ])
    expect(estimate.usd).toBeCloseTo(0.025 + 0.88 + 10, 9)
    expect(estimateRunCost([])).toEqual({ items: [], usd: 0 })
  })

  it('calls measured only what is measured in all its parts', () => {
    expect(estimate.items.map(({ source }) => source)).toEqual(['measured', 'estimated', 'estimated'])
  })
})

describe('the list of prices', () => {
  it('says where and when each was looked up', () => {
    expect(PRICES_OF.checked).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(Date.parse(PRICES_OF.checked)).toBeLessThanOrEqual(Date.now())
    for (const { usd, unit, page } of Object.values(PRICES)) {
      expect(usd).toBeGreaterThan(0)
      expect(unit).not.toBe('')
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/pricing\//)
    }
  })

  it('bills no use as less than it is', () => {
    for (const step of Object.values(BILLING)) expect(step).toBeGreaterThanOrEqual(1)
  })
})
