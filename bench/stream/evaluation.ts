import { RuleEngine } from '../../local/stream/engine/rule-engine.ts'
import { KPIS } from '../../stream/kpis/index.ts'
import { readRecord } from '../../stream/read-record.ts'
import { RULES } from '../../stream/rules/index.ts'
import { cpuSeconds } from '../cpu-seconds.ts'
import { median } from '../median.ts'
import { preparedTraffic, type TrafficOrder } from './prepared-traffic.ts'

export interface Evaluation {
  readonly events: number
  readonly findings: number
  readonly readCpuSeconds: number
  readonly evaluateCpuSeconds: number
}

const SHARDS = ['shardId-0', 'shardId-1', 'shardId-2', 'shardId-3']
/** The first one compiles. */
const PASSES = 4

/** What reading records costs, and what all rules and KPIs do; without any I/O. */
export async function evaluation(order: TrafficOrder): Promise<Evaluation> {
  const records = await preparedTraffic(order)
  const shardOf = (key: string) => SHARDS[Number(BigInt(key) % BigInt(SHARDS.length))] as string
  const arrived = Number.POSITIVE_INFINITY
  let findings = 0
  const pass = () => {
    const events: { shard: string; sequenceNumber: string; event: ReturnType<typeof eventOf> }[] = []
    const eventOf = (data: Uint8Array, shard: string, sequenceNumber: string) => {
      const { event } = readRecord({ data, shard, sequenceNumber, arrived })
      if (!event) throw new Error(`${Buffer.from(data)} is no event`)
      return event
    }
    const read = cpuSeconds(() => {
      records.forEach(({ key, data }, i) => {
        const [shard, sequenceNumber] = [shardOf(key), String(i)]
        events.push({ shard, sequenceNumber, event: eventOf(data, shard, sequenceNumber) })
      })
    })
    findings = 0
    const engine = new RuleEngine({ rules: RULES, kpis: KPIS, emit: () => findings++ })
    for (const shard of SHARDS) engine.addShard(shard)
    const evaluate = cpuSeconds(() => {
      for (const { shard, sequenceNumber, event } of events) engine.take(shard, sequenceNumber, event)
      engine.drain()
    })
    return { read, evaluate }
  }
  const passes = Array.from({ length: PASSES }, pass).slice(1)
  return {
    events: records.length,
    findings,
    readCpuSeconds: median(passes.map(({ read }) => read)),
    evaluateCpuSeconds: median(passes.map(({ evaluate }) => evaluate)),
  }
}
