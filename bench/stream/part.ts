// One part of bench:stream in a process of its own, so that no part has another's memory: node bench/stream/part.ts <part> <order>
import { flinkRate } from '../flink-rate.ts'
import { evaluation } from './evaluation.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { throughput } from './throughput.ts'

export const PARTS = { evaluation, flinkRate, latency, memory, throughput }
export type Parts = typeof PARTS
export type PartName = keyof Parts

if (import.meta.main) {
  const [name = '', order = ''] = process.argv.slice(2)
  if (!(name in PARTS)) throw new Error(`${name} is no part of the benchmark`)
  const run = PARTS[name as PartName] as (order: unknown) => Promise<unknown>
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(order)))}\n`)
}
