import { assumed } from './assumptions.ts'
import { type NightWork, nightUsage } from './night.ts'
import type { Sizing } from './sizing.ts'
import { streamUsage } from './stream.ts'
import type { UsageLine } from './usage.ts'

const DAYS = 30
const HOURS = DAYS * 24
/** For what is paid by the month. */
const MONTH_HOURS = 730

/** What a shop sends, and how. */
export interface Volume {
  readonly eventsPerDay: number
  /** `monthly`: one file when the month is over. `daily`: a file a day, and each night curates the month so far anew. */
  readonly exports: 'daily' | 'monthly'
  /** Whether events are streamed too. */
  readonly stream: boolean
}

/** What the definitions have: counted by who asks. */
export interface Shape {
  readonly marts: number
  /** Of them, those that look past the end of their month, and are built again with the next one. */
  readonly martsLookingAhead: number
  readonly levels: number
  /** SPICE copies; none without dashboards. */
  readonly ingestions: number
  readonly alarms: number
}

/** What a night does that takes in the month so far. The month before is as large as a whole one of these. */
export function monthSoFar({ eventsPerDay }: Volume, days: number, shape: Shape): NightWork {
  const rows = eventsPerDay * days
  const [now, before] = [rows, eventsPerDay * DAYS].map((events) => events * assumed('curatedBytes'))
  return {
    slices: [{ rows }],
    martMonths: [
      ...Array.from({ length: shape.marts }, () => now ?? 0),
      ...Array.from({ length: shape.martsLookingAhead }, () => (now ?? 0) + (before ?? 0)),
    ],
    levels: shape.levels,
    ingestions: shape.ingestions,
  }
}

const UNCHANGED: NightWork = { slices: [], martMonths: [], levels: 0, ingestions: 0 }

/** What 30 nights use, with what stands there between them. */
export function monthUsage(volume: Volume, sizing: Sizing, shape: Shape): UsageLine[] {
  const nights = Array.from({ length: DAYS }, (_, i) => i + 1)
  const works = nights.map((night) =>
    volume.exports === 'daily' || night === DAYS ? monthSoFar(volume, night, shape) : UNCHANGED,
  )
  const events = volume.eventsPerDay * DAYS
  const martBytes = events * assumed('martBytes')
  const lakeBytes = events * assumed('curatedBytes') + martBytes
  return [
    ...works.flatMap((work) => nightUsage(work, sizing)),
    {
      kind: 's3-storage',
      gigabyteMonths: (events * assumed('rawBytes') + lakeBytes * assumed('keptVersions')) / 1e9,
    },
    { kind: 'kms', keyMonths: 1, requests: DAYS * assumed('kmsRequests') },
    { kind: 'metrics', metricMonths: (assumed('metrics') * DAYS) / MONTH_HOURS },
    { kind: 'alarms', months: shape.alarms },
    { kind: 'spice', gigabyteMonths: shape.ingestions > 0 ? martBytes / 1e9 : 0, authors: 1 },
    ...(volume.stream ? streamUsage(volume.eventsPerDay, HOURS) : []),
  ]
}
