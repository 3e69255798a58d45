// What the embedded real-time path can do on this machine, and what rule evaluation costs.
//   npm run bench:stream -- [--events 600000] [--rate 5000] [--seconds 60] [--minutes 10] [--only throughput,latency,memory,evaluation]
import { cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { duration, number, render } from '../local/cli/format.ts'
import { median } from './median.ts'
import type { Percentiles } from './stream/latency.ts'
import type { MemorySample } from './stream/memory.ts'
import { runPart } from './stream/run-part.ts'
import { slope } from './stream/slope.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '600000' },
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: 'throughput,latency,memory,evaluation' },
  },
})
const [events, rate, seconds, minutes] = [values.events, values.rate, values.seconds, values.minutes].map(
  Number,
) as [number, number, number, number]
if (!(events > 0) || !(rate > 0) || !(minutes > 0))
  throw new Error('--events, --rate and --minutes take numbers above 0')
/** An event is told some twenty seconds later: its window ends, and ten seconds pass for those that are late. */
const LEAST_SECONDS = 30
if (!(seconds >= LEAST_SECONDS)) throw new Error(`--seconds takes a number from ${LEAST_SECONDS} on`)

const SEED = 42
/** The prepared traffic's own rate. */
const TRAFFIC_RATE = 5000
/** Milliseconds between two floods whose way is followed. */
const FLOOD_EVERY = 500
/** Until the longest windows, and those that are late for them, have been full once. */
const WARM_UP_SECONDS = 390
const MIB = 2 ** 20

const out = (text: string) => process.stdout.write(text)
const perSecond = (count: number, spent: number) => number(Math.round(count / spent))
const mib = (bytes: number) => number(Math.round(bytes / MIB))

async function throughput(): Promise<void> {
  const rows = []
  for (const by of ['process', 'api'] as const) {
    const found = await runPart('throughput', { by, events, eventsPerSecond: TRAFFIC_RATE, seed: SEED })
    rows.push([
      by === 'process' ? 'from the same process, as lake stream' : 'with PutRecords, from another process',
      perSecond(found.events, found.seconds),
      perSecond(found.events, found.readSeconds),
      perSecond(found.events, found.mainThreadCpuSeconds),
      found.cpuSeconds.toFixed(1),
      mib(found.peakRssBytes),
      number(found.alerts),
    ])
  }
  out(
    `\nEnd to end: ${number(events)} events, until every alert is stored and told and every record delivered twice\n`,
  )
  const columns = [
    'sent',
    'events/s',
    'read/s',
    'per CPU s of main thread',
    'CPU s',
    'peak RSS MiB',
    'alerts',
  ]
  out(render({ columns, rows }, 'table'))
}

async function latency(): Promise<void> {
  const found = await runPart('latency', {
    eventsPerSecond: rate,
    seconds,
    floodEvery: FLOOD_EVERY,
    seed: SEED,
  })
  const row = (what: string, { count, p50, p99, most }: Percentiles) => [
    what,
    number(count),
    ...[p50, p99, most].map((ms) => duration(ms)),
  ]
  out(
    `\nLatency at ${perSecond(found.events, seconds)} events/s over ${number(seconds)} s, windows of 10 s that wait 10 s for what is late\n`,
  )
  const rows = [
    row('from the last event of a flood until it is told', found.fromEvent),
    row('from the close of its window until it is in stream 2', found.closeToFound),
    row('from the close of its window until it is stored and told', found.closeToTold),
  ]
  out(render({ columns: ['what', 'alerts', 'p50', 'p99', 'most'], rows }, 'table'))
}

/** Single samples jump with the collector, so the halves are compared too; and with the keys that are held. */
function growthText(samples: readonly MemorySample[]): string {
  const warm = samples.filter((sample) => sample.seconds >= WARM_UP_SECONDS)
  if (warm.length < 6) return `too short to say whether it grows: windows fill for ${WARM_UP_SECONDS} s`
  const perMinute = slope(warm.map(({ seconds: at, rssBytes }) => ({ x: at / 60, y: rssBytes / MIB })))
  const middle = Math.floor(warm.length / 2)
  const [first, second] = [warm.slice(0, middle), warm.slice(middle)].map(
    (half) =>
      `${mib(median(half.map(({ rssBytes }) => rssBytes)))} MiB for ${number(median(half.map(({ open }) => open)))} keys`,
  )
  return `from ${WARM_UP_SECONDS} s on: slope ${perMinute.toFixed(1)} MiB a minute; median ${first} in the first half, ${second} in the second`
}

async function memory(): Promise<void> {
  const { events: sent, samples } = await runPart('memory', { eventsPerSecond: rate, minutes, seed: SEED })
  out(`\nMemory over ${minutes} minutes at ${perSecond(sent, minutes * 60)} events/s\n`)
  const minutely = samples.filter((_, at) => at % 6 === 5 || at === samples.length - 1)
  const rows = minutely.map((one) => [
    duration(one.seconds * 1000),
    mib(one.rssBytes),
    number(one.open),
    number(one.unread),
  ])
  out(render({ columns: ['after', 'RSS MiB', 'keys in open windows', 'unread'], rows }, 'table'))
  out(`${growthText(samples)}\n`)
}

async function evaluation(): Promise<void> {
  const order = { events: Math.min(events, 300_000), eventsPerSecond: TRAFFIC_RATE, seed: SEED }
  const found = await runPart('evaluation', order)
  const { readCpuSeconds: read, evaluateCpuSeconds: evaluate } = found
  const flink = await runPart('flinkRate', order)
  const rows = [
    ['evaluate: all rules and KPIs', perSecond(found.events, evaluate), number(found.findings)],
    ['read: JSON, checks', perSecond(found.events, read), ''],
    ['read and evaluate', perSecond(found.events, read + evaluate), number(found.findings)],
    'notMeasured' in flink
      ? ['Flink: read and evaluate', `not measured: ${flink.notMeasured}`, '']
      : ['Flink: read and evaluate', perSecond(flink.events, flink.cpuSeconds), ''],
  ]
  out(`\nRules alone: ${number(found.events)} events\n`)
  out(render({ columns: ['what', 'events per CPU second', 'findings'], rows }, 'table'))
}

const RUNS: Readonly<Record<string, () => Promise<void>>> = { throughput, latency, memory, evaluation }
const wanted = values.only.split(',')
for (const name of wanted)
  if (!RUNS[name]) throw new Error(`--only takes ${Object.keys(RUNS).join(', ')}, not ${name}`)
out(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; load before: ${loadavg()[0]?.toFixed(1)}\n`,
)
for (const name of wanted) await RUNS[name]?.()
