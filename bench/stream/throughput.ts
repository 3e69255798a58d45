import { controlRecords } from '../../local/stream/runtime/control-records.ts'
import { outboxMessages } from '../../local/stream/runtime/outbox.ts'
import { StreamsSender } from '../../local/stream/runtime/streams-sender.ts'
import { openPath, type Path } from './open-path.ts'
import { preparedTraffic, type TrafficOrder } from './prepared-traffic.ts'
import { openProducer } from './producer.ts'

export interface ThroughputOrder extends TrafficOrder {
  /** In the process of the path, as `lake stream` sends; or with PutRecords, from a process of its own. */
  readonly by: 'process' | 'api'
}

export interface Throughput {
  readonly events: number
  readonly findings: number
  readonly alerts: number
  readonly told: number
  /** From the first put until every alert is stored and told, and every record delivered to the raw zone and its copy. */
  readonly seconds: number
  /** Until the rules had read all. */
  readonly readSeconds: number
  readonly cpuSeconds: number
  readonly mainThreadCpuSeconds: number
  readonly peakRssBytes: number
}

const CHUNK = 500

async function producerFor(order: ThroughputOrder, path: Path): Promise<() => Promise<unknown>> {
  const { stream, platform, region } = path
  if (order.by === 'api') {
    const producer = await openProducer({
      ...order,
      endpoint: platform.endpoint,
      region,
      stream: platform.names.eventStream,
    })
    return () => producer.run()
  }
  const records = await preparedTraffic(order)
  const sender = new StreamsSender({
    streams: stream.streams,
    stream: platform.names.eventStream,
    unread: stream.unread,
  })
  return async () => {
    for (let at = 0; at < records.length; at += CHUNK) await sender.put(records.slice(at, at + CHUNK))
  }
}

/** Sends prepared traffic as fast as it is taken, and waits until all of it is worked through. */
export async function throughput(order: ThroughputOrder): Promise<Throughput> {
  let findings = 0
  await using path = await openPath({ onFinding: () => findings++ })
  const { stream, platform, problems, root, region } = path
  const send = await producerFor(order, path)
  const running = stream.start()

  const [cpu, thread] = [process.cpuUsage(), process.threadCpuUsage()]
  const started = performance.now()
  await send()
  await stream.reader.finish()
  const read = performance.now()
  await stream.finish(new AbortController().signal)
  await running
  const ended = performance.now()
  const [{ user, system }, main] = [process.cpuUsage(cpu), process.threadCpuUsage(thread)]

  const { events, late, deadLetters } = stream.reader.progress
  const rawLines = await stream.rawLines()
  if (problems.length > 0) throw new Error(problems.join('\n'))
  if (events !== order.events || rawLines !== order.events || deadLetters > 0)
    throw new Error(
      `of ${order.events} events ${events} were read and ${rawLines} delivered, ${deadLetters} are dead letters`,
    )
  if (order.by === 'process' && late > 0) throw new Error(`${late} events were late`)
  const table = { endpoint: stream.dynamodb, region, name: platform.names.controlTable }
  const records = await controlRecords(table)
  return {
    events,
    findings,
    alerts: records.filter(({ record }) => record === 'alert').length,
    told: outboxMessages(root, platform.names.incidentsTopic).length,
    seconds: (ended - started) / 1000,
    readSeconds: (read - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    mainThreadCpuSeconds: (main.user + main.system) / 1e6,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}
