import { assumed } from './assumptions.ts'
import { dpusOf, executorVcpus, type Sizing } from './sizing.ts'
import type { UsageLine } from './usage.ts'

/** A slice that a night curates. */
export interface SliceWork {
  readonly rows: number
  /** Of the largest category; assumed where it is left out. */
  readonly largestShare?: number
  /** Parquet files; assumed where it is left out. */
  readonly files?: number
}

/** How often a night looks whether something that it waits for is done; at least once each. */
export interface Polls {
  readonly crawl: number
  /** Over all ingestions. */
  readonly ingestions: number
}

/** What a night does, as far as its cost follows from it. */
export interface NightWork {
  readonly slices: readonly SliceWork[]
  /** The bytes that each statement reads that builds a month of a mart. */
  readonly martMonths: readonly number[]
  /** In how many levels marts are built; none where there are none. */
  readonly levels: number
  /** SPICE copies that are refreshed. */
  readonly ingestions: number
}

/** As the state machine waits: workflows/nightly/crawl.ts and refresh-dashboards.ts. */
const CRAWL_POLL_SECONDS = 30
const INGESTION_POLL_SECONDS = 20

/** Transitions of the night's states: what is passed once, and what for each item. A test counts them in a real history. */
export const TRANSITIONS = {
  unchanged: 8,
  crawlAndProfile: 6,
  crawlPoll: 3,
  curate: 1,
  slice: 5,
  marts: 4,
  level: 1,
  martMonth: 4,
  ingestion: 2,
  ingestionPoll: 3,
} as const

const INVOCATIONS = { unchanged: 3, crawlAndProfile: 1, slice: 3, marts: 2, martMonth: 3 } as const

export function transitionsOf(
  { slices, martMonths, levels, ingestions }: NightWork,
  polls: Polls = expectedPolls({ ingestions }),
): number {
  const curates = slices.length > 0
  const builds = curates || martMonths.length > 0
  return (
    TRANSITIONS.unchanged +
    (curates ? TRANSITIONS.crawlAndProfile + TRANSITIONS.curate + polls.crawl * TRANSITIONS.crawlPoll : 0) +
    slices.length * TRANSITIONS.slice +
    (builds ? TRANSITIONS.marts : 0) +
    levels * TRANSITIONS.level +
    martMonths.length * TRANSITIONS.martMonth +
    ingestions * TRANSITIONS.ingestion +
    polls.ingestions * TRANSITIONS.ingestionPoll
  )
}

export function invocationsOf({ slices, martMonths }: NightWork): number {
  const curates = slices.length > 0
  const builds = curates || martMonths.length > 0
  return (
    INVOCATIONS.unchanged +
    (curates ? INVOCATIONS.crawlAndProfile : 0) +
    slices.length * INVOCATIONS.slice +
    (builds ? INVOCATIONS.marts : 0) +
    martMonths.length * INVOCATIONS.martMonth
  )
}

/** On AWS a crawl and an ingestion take their time, whatever they take at the desk. */
export const expectedPolls = ({ ingestions }: Pick<NightWork, 'ingestions'>): Polls => ({
  crawl: Math.ceil(assumed('crawlSeconds') / CRAWL_POLL_SECONDS),
  ingestions: ingestions * Math.ceil(assumed('ingestionSeconds') / INGESTION_POLL_SECONDS),
})

/**
 * How long Glue takes for a slice: all vCPUs parse, then each category is one task, so that the largest one decides from
 * some number of workers on.
 */
export function curationSeconds(
  { rows, largestShare = assumed('largestCategory') }: SliceWork,
  sizing: Pick<Sizing, 'workerType' | 'workers'>,
): number {
  const vcpus = executorVcpus(sizing)
  const tail = assumed('sparkTail')
  const work = rows / assumed('sparkRows')
  return assumed('sparkStart') + work * ((1 - tail) / vcpus + tail * Math.max(1 / vcpus, largestShare))
}

export const profileSeconds = (rows: number, { profileNodes }: Pick<Sizing, 'profileNodes'>): number =>
  rows / (assumed('profileRows') * profileNodes)

/** What a night uses. */
export function nightUsage(work: NightWork, sizing: Sizing): UsageLine[] {
  const { slices, martMonths } = work
  const invocations = invocationsOf(work)
  const files = sum(slices.map((slice) => slice.files ?? assumed('categories')))
  const rows = sum(slices.map((slice) => slice.rows))
  return [
    { kind: 'transitions', count: transitionsOf(work) },
    {
      kind: 'lambda',
      requests: invocations,
      memoryMb: assumed('lambdaMemory'),
      milliseconds: invocations * assumed('lambdaMilliseconds'),
    },
    ...(slices.length > 0
      ? ([
          { kind: 'crawl', dpus: assumed('crawlerDpus'), seconds: assumed('crawlSeconds') },
          { kind: 'profile', nodes: sizing.profileNodes, seconds: profileSeconds(rows, sizing) },
        ] as const)
      : []),
    ...slices.map(
      (slice) =>
        ({ kind: 'glue-job', dpus: dpusOf(sizing), seconds: curationSeconds(slice, sizing) }) as const,
    ),
    ...martMonths.map((bytes) => ({ kind: 'athena', bytes }) as const),
    // A test reads the mart, which is small.
    { kind: 'athena', bytes: 0, queries: martMonths.length },
    {
      kind: 's3-requests',
      puts: files * assumed('putsPerFile'),
      gets: martMonths.length * assumed('categories') * assumed('getsPerFile'),
    },
    { kind: 'logs', gigabytes: slices.length > 0 ? assumed('logBytes') / 1e9 : 0 },
    { kind: 'mails', count: 1 },
  ]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
