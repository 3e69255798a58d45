import { controlRecords } from '../../local/stream/runtime/control-records.ts'
import { outboxMessages } from '../../local/stream/runtime/outbox.ts'
import { TIME } from '../../stream/time-settings.ts'
import { parseTimestamp } from '../../stream/timestamp.ts'
import { openPath } from './open-path.ts'
import { openProducer } from './producer.ts'

export interface LatencyOrder {
  readonly eventsPerSecond: number
  readonly seconds: number
  /** Milliseconds between two floods. */
  readonly floodEvery: number
  readonly seed: number
}

export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface Latency {
  readonly events: number
  /** All that were stored, of whatever severity. */
  readonly alerts: number
  /** From the last event of a flood until it was told, in milliseconds. */
  readonly fromEvent: Percentiles
  /** From the instant at which the watermark may pass the end of the window, until the alert was in stream 2, and told. */
  readonly closeToFound: Percentiles
  readonly closeToTold: Percentiles
}

const RULE = 'high-event-volume'

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}

/** Live traffic from another process, with short floods in it: how long until each is told. */
export async function latency(order: LatencyOrder): Promise<Latency> {
  const found = new Map<string, { at: number; closes: number }>()
  await using path = await openPath({
    onFinding: ({ rule, key_value, window_end, severity }) => {
      if (rule !== RULE || severity !== 'high' || found.has(key_value)) return
      const closes = (parseTimestamp(window_end)?.ms ?? Number.NaN) + TIME.outOfOrderness
      found.set(key_value, { at: Date.now(), closes })
    },
  })
  const { stream, platform, problems, root, region } = path
  using producer = await openProducer({
    ...order,
    endpoint: platform.endpoint,
    region,
    stream: platform.names.eventStream,
  })
  const running = stream.start()
  const sent = await producer.run()
  // Windows that are open when the traffic ends close because it ends, not because time passes: they don't count.
  const measured = new Set(found.keys())
  await stream.finish(new AbortController().signal)
  await running
  if (problems.length > 0) throw new Error(problems.join('\n'))

  const told = new Map(
    outboxMessages(root, platform.names.incidentsTopic).map(({ Subject, publishedAt }) => [
      /user_id (\d+)$/.exec(Subject)?.[1] ?? '',
      Date.parse(publishedAt),
    ]),
  )
  const table = { endpoint: stream.dynamodb, region, name: platform.names.controlTable }
  const alerts = (await controlRecords(table)).filter(({ record }) => record === 'alert')
  const stored = new Set(alerts.map(({ key_value }) => key_value))
  const floods = Object.entries(sent.floods).filter(([user]) => measured.has(user))
  const rows = floods.map(([user, last]) => {
    const [alert, heard] = [found.get(user), told.get(user)]
    if (!alert || heard === undefined || !stored.has(user))
      throw new Error(`the flood of user ${user} was not told`)
    return { fromEvent: heard - last, found: alert.at - alert.closes, told: heard - alert.closes }
  })
  return {
    events: sent.events,
    alerts: alerts.length,
    fromEvent: percentiles(rows.map(({ fromEvent }) => fromEvent)),
    closeToFound: percentiles(rows.map((row) => row.found)),
    closeToTold: percentiles(rows.map((row) => row.told)),
  }
}
