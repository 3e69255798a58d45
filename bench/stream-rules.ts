// How many events a second one core evaluates with all rules and KPIs, parsing and I/O left out, and what reading them costs.
//   npm run bench:stream-rules -- [--rate 1000] [--minutes 6]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { number, render } from '../local/cli/format.ts'
import { RuleEngine } from '../local/stream/engine/rule-engine.ts'
import { shopOf } from '../local/stream/traffic/shop.ts'
import { traffic } from '../local/stream/traffic/traffic.ts'
import { parseEvent, type StreamEvent } from '../stream/events.ts'
import { KPIS } from '../stream/kpis/index.ts'
import { RULES } from '../stream/rules/index.ts'
import { MINUTE } from '../stream/rules/window.ts'
import { encodeEvent } from '../stream/simulator/encode-event.ts'

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '1000' }, minutes: { type: 'string', default: '6' } },
})
const [rate, minutes] = [values.rate, values.minutes].map(Number) as [number, number]
if (!(rate > 0) || !(minutes > 0)) throw new Error('--rate and --minutes take numbers above 0')

const FROM = Date.UTC(2019, 9, 1, 16)
const SECONDS_OF_MONTH = 30 * 24 * 3600
const SHARDS = ['shardId-0', 'shardId-1', 'shardId-2', 'shardId-3']
const PARSED = 20_000

/** CPU of this thread: other processes on the machine leave it as it is, but for caches and clock. */
function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

const shop = shopOf('2019-10', rate * SECONDS_OF_MONTH)
const events: StreamEvent[] = []
for (const event of traffic({ shop, seed: 1, from: FROM, eventsPerSecond: rate })) {
  if (event.time >= FROM + minutes * MINUTE) break
  events.push({ ...event, txn_timestamp: event.event_time })
}
const shardOf = ({ user_id }: StreamEvent) => SHARDS[Number(user_id % BigInt(SHARDS.length))] as string
const sent = events.map((event, i) => ({ shard: shardOf(event), sequence: String(i), event }))

let findings = 0
let heldMost = 0
function evaluate(): number {
  findings = 0
  const engine = new RuleEngine({ rules: RULES, kpis: KPIS, emit: () => findings++ })
  for (const shard of SHARDS) engine.addShard(shard)
  const ms = cpuMs(() => {
    for (const { shard, sequence, event } of sent) engine.take(shard, sequence, event)
  })
  heldMost = process.memoryUsage().heapUsed
  engine.drain()
  return ms
}

evaluate() // compiles
const passes = [evaluate(), evaluate(), evaluate()].toSorted((a, b) => a - b)
const texts = events.slice(0, PARSED).map((event) => encodeEvent(event))
const parse = () => {
  for (const text of texts) parseEvent(text)
}
parse()
const parsing = cpuMs(parse)
const perSecond = (count: number, ms: number) => number(Math.round((count / ms) * 1000))
process.stdout.write(
  `${number(events.length)} events of ${minutes} minutes, ${RULES.length} rules, ${KPIS.length} KPIs, ${SHARDS.length} shards; one of ${cpus().length} x ${cpus()[0]?.model.trim()}\n\n`,
)
process.stdout.write(
  render(
    {
      columns: ['what', 'events per CPU second'],
      rows: [
        ['evaluate, median of 3', perSecond(events.length, passes[1] as number)],
        ['evaluate, best', perSecond(events.length, passes[0] as number)],
        ['parse JSON', perSecond(texts.length, parsing)],
      ],
    },
    'table',
  ),
)
process.stdout.write(
  `\n${number(findings)} findings; heap ${number(Math.round(heldMost / 1e6))} MB with all events held\n`,
)
