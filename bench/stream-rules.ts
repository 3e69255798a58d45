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
import { cpuSeconds } from './cpu-seconds.ts'
import { median } from './median.ts'

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '1000' }, minutes: { type: 'string', default: '6' } },
})
const [rate, minutes] = [values.rate, values.minutes].map(Number) as [number, number]
if (!(rate > 0) || !(minutes > 0)) throw new Error('--rate and --minutes take numbers above 0')

const FROM = Date.UTC(2019, 9, 1, 16)
const SECONDS_OF_MONTH = 30 * 24 * 3600
const SHARDS = ['shardId-0', 'shardId-1', 'shardId-2', 'shardId-3']
const PARSED = 20_000

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
  const seconds = cpuSeconds(() => {
    for (const { shard, sequence, event } of sent) engine.take(shard, sequence, event)
  })
  heldMost = process.memoryUsage().heapUsed
  engine.drain()
  return seconds
}

evaluate() // compiles
const passes = [evaluate(), evaluate(), evaluate()]
const texts = events.slice(0, PARSED).map((event) => encodeEvent(event))
const parse = () => {
  for (const text of texts) parseEvent(text)
}
parse()
const parsing = cpuSeconds(parse)
const perSecond = (count: number, spent: number) => number(Math.round(count / spent))
process.stdout.write(
  `${number(events.length)} events of ${minutes} minutes, ${RULES.length} rules, ${KPIS.length} KPIs, ${SHARDS.length} shards; one of ${cpus().length} x ${cpus()[0]?.model.trim()}\n\n`,
)
process.stdout.write(
  render(
    {
      columns: ['what', 'events per CPU second'],
      rows: [
        ['evaluate, median of 3', perSecond(events.length, median(passes))],
        ['evaluate, best', perSecond(events.length, Math.min(...passes))],
        ['parse JSON', perSecond(texts.length, parsing)],
      ],
    },
    'table',
  ),
)
process.stdout.write(
  `\n${number(findings)} findings; heap ${number(Math.round(heldMost / 1e6))} MB with all events held\n`,
)
