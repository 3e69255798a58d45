import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ACCOUNT } from '../local/account.ts'
import { MissingToolError } from '../local/engines/missing-tool-error.ts'
import { type Flink, installFlink } from '../local/flink/install-flink.ts'
import { localProperties } from '../local/flink/local-properties.ts'
import { type RunningFlink, startFlink } from '../local/flink/start-flink.ts'
import { registerKinesisActions } from '../local/kinesis/actions.ts'
import { StreamStore } from '../local/kinesis/stream-store.ts'
import { Streams } from '../local/kinesis/streams.ts'
import { Registry } from '../local/registry.ts'
import { ObjectStore } from '../local/s3/object-store.ts'
import { WireDoor } from '../local/wire/door.ts'
import { parseEvent } from '../stream/events.ts'
import { FLINK_APP, flinkJar } from '../stream/flink-sql/places.ts'
import { RULES } from '../stream/rules/index.ts'
import { TIME } from '../stream/time-settings.ts'
import { preparedTraffic, type TrafficOrder } from './stream/prepared-traffic.ts'

/** What Flink made of the records that the embedded engine was given. */
export interface FlinkRate {
  /** Those that were measured: the first ones pay for the start, and are left out. */
  readonly events: number
  /** Of the whole process meanwhile: reading, parsing, all rules and KPIs. */
  readonly cpuSeconds: number
}

export type FlinkMeasured = FlinkRate | { readonly notMeasured: string }

const REGION = 'us-east-1'
const NAMES = { events: 'events', findings: 'findings', deadLetters: 'dead-letters' }
const CHUNK = 500
const EVERY_MS = 250
const PATIENCE_MS = 240_000
/** Of the traffic's time, until the code is compiled. */
const WARM_UP = 0.4
/** The shards' last events do not lie at one instant. */
const APART_MS = 1000

async function built(): Promise<Flink | { readonly notMeasured: string }> {
  if (!existsSync(flinkJar(FLINK_APP)))
    return { notMeasured: 'the application is not built (npm run build:flink)' }
  try {
    return await installFlink()
  } catch (error) {
    if (error instanceof MissingToolError) return { notMeasured: error.message }
    throw error
  }
}

/** CPU of the process from one watermark to the other, at least, and the watermarks at which that was. */
async function cpuBetween({ rest, ended, log }: RunningFlink, from: number, to: number) {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  const until = Date.now() + PATIENCE_MS
  let first: { watermark: number; cpu: number } | undefined
  for (; Date.now() < until && !isOver; await sleep(EVERY_MS)) {
    const job = await rest.job().catch(() => undefined)
    // Its port answers before the job has metrics.
    const watermark = job ? await rest.watermark(job.id).catch(() => Number.NEGATIVE_INFINITY) : from - 1
    if (watermark < from) continue
    const now = { watermark, cpu: await rest.cpuSeconds() }
    first ??= now
    if (watermark >= to && now.watermark > first.watermark) return { first, last: now }
  }
  throw new Error(`Flink did not come to the end of the traffic.\n${log().slice(-2000)}`)
}

/** Has Flink read and evaluate the traffic that `preparedTraffic` makes of the same order. */
export async function flinkRate(order: TrafficOrder): Promise<FlinkMeasured> {
  const flink = await built()
  if ('notMeasured' in flink) return flink
  await using resources = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-flink-'))
  resources.defer(() => rmSync(folder, { recursive: true, force: true }))
  const store = resources.use(new StreamStore(path.join(folder, 'kinesis.sqlite')))
  const streams = new Streams({ store, account: ACCOUNT })
  const registry = new Registry()
  registerKinesisActions(registry, { streams, account: ACCOUNT, region: REGION })
  const door = new WireDoor(registry, new ObjectStore(folder, []), REGION)
  const endpoint = await door.open()
  resources.defer(() => door.close())

  for (const name of Object.values(NAMES)) streams.create(name, 'ON_DEMAND')
  const records = await preparedTraffic(order)
  for (let at = 0; at < records.length; at += CHUNK)
    streams.put(
      NAMES.events,
      records.slice(at, at + CHUNK).map(({ key, data }) => ({ partitionKey: key, data })),
    )
  const times = records.map(({ data }) => parseEvent(Buffer.from(data).toString()).event?.time ?? 0)
  const arn = (name: string) => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`
  const running = resources.use(
    await startFlink({
      flink,
      folder: path.join(folder, 'flink'),
      parallelism: 1,
      heap: '2g',
      compileWell: true,
      properties: localProperties({
        arns: {
          events: arn(NAMES.events),
          findings: arn(NAMES.findings),
          deadLetters: arn(NAMES.deadLetters),
        },
        region: REGION,
        endpoints: { source: endpoint, sink: endpoint },
        rules: RULES,
      }),
    }),
  )
  const [begin, end] = [times[0] ?? 0, (times.at(-1) ?? 0) - TIME.outOfOrderness - APART_MS]
  const { first, last } = await cpuBetween(running, begin + (end - begin) * WARM_UP, end)
  const evaluated = ({ watermark }: { watermark: number }) =>
    times.filter((time) => time <= watermark + TIME.outOfOrderness).length
  return { events: evaluated(last) - evaluated(first), cpuSeconds: last.cpu - first.cpu }
}
