import { describe, expect, it } from 'vitest'
import { ASSUMPTIONS, assumed, monthAssumptions, RUN_ASSUMPTIONS } from '../../../cost/assumptions.ts'
import { estimateRunCost } from '../../../cost/estimate.ts'
import { monthSoFar, monthUsage, type Shape, type Volume } from '../../../cost/month.ts'
import {
  curationSeconds,
  expectedPolls,
  invocationsOf,
  nightUsage,
  profileSeconds,
  transitionsOf,
} from '../../../cost/night.ts'
import { dpusOf, executorVcpus, isWorkerType, type Sizing } from '../../../cost/sizing.ts'
import { streamUsage } from '../../../cost/stream.ts'

const SIZING: Sizing = { workerType: 'G.1X', workers: 10, profileNodes: 5 }
const SHAPE: Shape = { marts: 12, martsLookingAhead: 2, levels: 1, ingestions: 0, alarms: 3 }
const VOLUME: Volume = { eventsPerDay: 1_000_000, exports: 'monthly', stream: false }
const UNCHANGED = { slices: [], martMonths: [], levels: 0, ingestions: 0 }

const part = (estimate: ReturnType<typeof estimateRunCost>, name: string): number =>
  estimate.items.filter((item) => item.part === name).reduce((sum, { usd }) => sum + usd, 0)

describe('the size of a job', () => {
  it('is its workers, of which one drives', () => {
    expect(dpusOf({ workerType: 'G.2X', workers: 4 })).toBe(8)
    expect(executorVcpus({ workerType: 'G.2X', workers: 4 })).toBe(24)
    expect(executorVcpus({ workerType: 'G.1X', workers: 1 })).toBe(4)
    expect(isWorkerType('G.1X')).toBe(true)
    expect(isWorkerType('Standard')).toBe(false)
  })
})

describe('curation on Glue', () => {
  it('takes its start, the rows by vCPU, and the largest category in one task', () => {
    // 30 million rows are 1052.6 vCPU-seconds; half by 36 vCPUs, half by the 27 % of one of them: 16 + 14.6 + 142.1
    expect(curationSeconds({ rows: 30_000_000 }, SIZING)).toBeCloseTo(172.72, 1)
    // With even categories all of it is divided: 16 + 1052.6 / 36
    expect(curationSeconds({ rows: 30_000_000, largestShare: 0.001 }, SIZING)).toBeCloseTo(45.24, 1)
    expect(curationSeconds({ rows: 0 }, SIZING)).toBe(assumed('sparkStart'))
  })

  it('gains little from more workers than the largest category lets work', () => {
    const with20 = curationSeconds({ rows: 30_000_000 }, { ...SIZING, workers: 20 })
    expect(with20 / curationSeconds({ rows: 30_000_000 }, SIZING)).toBeGreaterThan(0.9)
  })
})

describe('a night', () => {
  it('that finds nothing passes eight states and costs below a cent', () => {
    expect(transitionsOf(UNCHANGED)).toBe(8)
    expect(invocationsOf(UNCHANGED)).toBe(3)
    expect(estimateRunCost(nightUsage(UNCHANGED, SIZING)).usd).toBeLessThan(0.01)
  })

  it('waits for crawls and ingestions as long as they take on AWS', () => {
    // 120 s in rounds of 30 s; 60 s in rounds of 20 s, twice
    expect(expectedPolls({ ingestions: 2 })).toEqual({ crawl: 4, ingestions: 6 })
  })

  it('that only builds marts neither crawls nor curates', () => {
    const work = { slices: [], martMonths: [1e9, 2e9], levels: 1, ingestions: 0 }
    // 8 + plan, levels, publish, dashboards + 1 level + 2 x 4
    expect(transitionsOf(work)).toBe(21)
    const estimate = estimateRunCost(nightUsage(work, SIZING))
    expect(estimate.items.map((item) => item.part)).not.toContain('Glue crawler')
    // 3 GB read, and two tests of 10 MB: 3.02 GB x 5 / 1,000
    expect(part(estimate, 'Athena')).toBeCloseTo(0.0151, 6)
  })

  it('that takes in a month costs what its parts cost', () => {
    const work = monthSoFar(VOLUME, 30, SHAPE)
    const estimate = estimateRunCost(nightUsage(work, SIZING))
    // 172.72 s x 10 DPUs / 3600 x 0.44
    expect(part(estimate, 'Glue jobs')).toBeCloseTo(0.2111, 3)
    // 30e6 / (4,700 x 5) = 1276.6 s, as 22 minutes x 5 nodes x 0.48 / 60
    expect(profileSeconds(30_000_000, SIZING)).toBeCloseTo(1276.6, 1)
    expect(part(estimate, 'DataBrew profile')).toBeCloseTo(0.88, 6)
    expect(part(estimate, 'Glue crawler')).toBeCloseTo(0.146667, 5)
    // 12 x 660 MB + 2 x 1,320 MB + 14 tests of 10 MB = 10.7 GB
    expect(part(estimate, 'Athena')).toBeCloseTo(0.0535, 6)
    // 8 + 6 + 1 + 4 x 3 + 5 + 4 + 1 + 14 x 4 = 93
    expect(part(estimate, 'Step Functions')).toBeCloseTo(93 * 0.000025, 9)
  })
})

describe('a month', () => {
  const estimate = (volume: Partial<Volume> = {}, shape: Partial<Shape> = {}) =>
    estimateRunCost(monthUsage({ ...VOLUME, ...volume }, SIZING, { ...SHAPE, ...shape }))

  it('with one export has one night that works, and storage', () => {
    const month = estimate()
    expect(part(month, 'Glue jobs')).toBeCloseTo(0.2111, 3)
    // 29 x 8 + 93
    expect(part(month, 'Step Functions')).toBeCloseTo(325 * 0.000025, 9)
    // 30e6 x (134 + 3 x 22.3) B = 6.027 GB
    expect(part(month, 'S3 storage')).toBeCloseTo(6.027 * 0.023, 4)
    // A key, and 30,000 requests
    expect(part(month, 'KMS')).toBeCloseTo(1.09, 6)
    // 100 metrics, each in 30 hours of 730
    expect(part(month, 'CloudWatch metrics')).toBeCloseTo((100 * 30 * 0.3) / 730, 6)
    expect(part(month, 'CloudWatch alarms')).toBeCloseTo(0.3, 6)
    expect(part(month, 'Kinesis')).toBe(0)
  })

  it('with a file a day curates the month so far each night: half of it on average', () => {
    const [daily, monthly] = [estimate({ exports: 'daily' }), estimate()]
    // 16 s and 5.224 s for each day so far, but a minute at least, which the first eight nights do not reach:
    // 8 x 60 + 22 x 16 + (9 + … + 30) x 5.224
    expect(part(daily, 'Glue jobs')).toBeCloseTo(((480 + 352 + 429 * 5.224) / 3_600) * 10 * 0.44, 2)
    expect(part(daily, 'Glue crawler')).toBeCloseTo(30 * 0.146667, 4)
    expect(part(daily, 'S3 storage')).toBe(part(monthly, 'S3 storage'))
  })

  it('with dashboards has SPICE only beyond what an author brings', () => {
    expect(part(estimate({}, { ingestions: 12 }), 'QuickSight SPICE')).toBe(0)
    // 2e9 x 30 x 0.3 B = 18 GB, of which 10 are included
    expect(part(estimate({ eventsPerDay: 2e9 }, { ingestions: 12 }), 'QuickSight SPICE')).toBeCloseTo(
      8 * 0.38,
      6,
    )
  })

  it('costs more the more comes, and never less with the stream', () => {
    const totals = [1_000, 1_000_000, 10_000_000].map((eventsPerDay) => estimate({ eventsPerDay }).usd)
    expect(totals).toEqual(totals.toSorted((a, b) => a - b))
    expect(estimate({ stream: true }).usd).toBeGreaterThan(estimate().usd)
  })
})

describe('the stream', () => {
  it('costs three streams and an application whatever comes, and by the KB what does', () => {
    const quiet = estimateRunCost(streamUsage(1, 720))
    // 3 x 720 x 0.04 + 2 KPUs x 720 x 0.11 + storage
    expect(quiet.usd).toBeCloseTo(86.4 + 158.4 + 4.9315, 2)
    const busy = estimateRunCost(streamUsage(1_000_000, 720))
    // 30e6 x 1,024 B + 30e3 alerts x 1,024 B
    expect(busy.items.find(({ unit }) => unit === 'GB in')?.quantity).toBeCloseTo(30.75, 2)
    expect(part(busy, 'Firehose')).toBeCloseTo(30e6 * 5.12e-6 * 0.029, 4)
    expect(part(busy, 'DynamoDB')).toBeCloseTo(0.625 * 0.03 + 0.009 * 0.25, 4)
  })

  it('needs more KPUs from some number of events a second on', () => {
    // 1e9 a day are 11,574 a second, at the peak 46,296: three KPUs, and one for the orchestration
    const estimate = estimateRunCost(streamUsage(1e9, 720))
    expect(estimate.items.find(({ unit }) => unit === 'KPU-hour')?.quantity).toBe(4 * 720)
  })
})

describe('the assumptions', () => {
  it('each say what they are and where they come from', () => {
    for (const { value, what, why } of Object.values(ASSUMPTIONS)) {
      expect(value).toBeGreaterThan(0)
      expect(what.length).toBeGreaterThan(5)
      expect(why.length).toBeGreaterThan(3)
    }
  })

  it('of a run and of a month are told, those of the stream only with it', () => {
    expect(RUN_ASSUMPTIONS).toContain('sparkRows')
    expect(monthAssumptions(false)).not.toContain('kpuEvents')
    expect(monthAssumptions(true)).toHaveLength(Object.keys(ASSUMPTIONS).length)
  })
})
