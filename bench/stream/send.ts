// A producer as a process of its own: says "ready", waits for a line, sends, and says as JSON when it sent what.
import { once } from 'node:events'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { z } from 'zod'
import { shopOf } from '../../local/stream/traffic/shop.ts'
import { traffic } from '../../local/stream/traffic/traffic.ts'
import { KinesisSender } from '../../stream/simulator/kinesis-sender.ts'
import { merge } from '../../stream/simulator/merge.ts'
import { simulate } from '../../stream/simulator/simulate.ts'
import { preparedTraffic } from './prepared-traffic.ts'
import { shortFloods } from './short-floods.ts'

const order = z.object({
  endpoint: z.string(),
  region: z.string(),
  stream: z.string(),
  seed: z.number(),
  eventsPerSecond: z.number(),
  /** Prepared, and sent as fast as they are taken; live traffic where it is missing. */
  events: z.number().optional(),
  seconds: z.number().optional(),
  /** Between two short floods in live traffic, in milliseconds; none where it is missing. */
  floodEvery: z.number().optional(),
})
export type SendOrder = z.input<typeof order>

export const sendAnswer = z.object({
  events: z.number(),
  seconds: z.number(),
  /** By user: when the last event of his flood was stamped, in milliseconds since 1970. */
  floods: z.record(z.string(), z.number()),
})
export type SendAnswer = z.output<typeof sendAnswer>

const EVENTS_OF_MONTH = 42_448_764
const CHUNK = 500

async function send(given: z.output<typeof order>): Promise<SendAnswer> {
  const { endpoint, region, stream, seed, eventsPerSecond, events, seconds = 0, floodEvery } = given
  const client = new KinesisClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
  })
  const sender = new KinesisSender({ client, stream })
  const records = events === undefined ? [] : await preparedTraffic({ events, eventsPerSecond, seed })
  const shop = shopOf('2019-10', EVENTS_OF_MONTH)
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  const started = performance.now()
  const since = () => (performance.now() - started) / 1000
  try {
    if (events !== undefined) {
      for (let at = 0; at < records.length; at += CHUNK) await sender.put(records.slice(at, at + CHUNK))
      await sender.flush()
      return { events: records.length, seconds: since(), floods: {} }
    }
    const from = Date.now()
    const live = traffic({ shop, seed, from, eventsPerSecond })
    const floods = floodEvery === undefined ? [] : [shortFloods({ from, every: floodEvery, shop })]
    const told = await simulate({
      events: merge(live, ...floods),
      sender,
      // The traffic's own rate rises for as long as its sessions last: the benchmark's is steady.
      pace: { kind: 'rate', perSecond: eventsPerSecond },
      stamp: 'sent',
      lasting: seconds * 1000,
    })
    const spans = told.labels.spans().map(({ label, to }) => [String(label.users[0]), to] as const)
    return { events: told.events, seconds: since(), floods: Object.fromEntries(spans) }
  } finally {
    client.destroy()
  }
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await send(order.parse(JSON.parse(process.argv[2] ?? ''))))}\n`)
  process.stdin.destroy()
}
