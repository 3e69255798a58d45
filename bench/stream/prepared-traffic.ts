import { Draws, keyOf } from '../../local/generate/random.ts'
import { shopOf } from '../../local/stream/traffic/shop.ts'
import { traffic } from '../../local/stream/traffic/traffic.ts'
import { type AttackName, MAKE_ATTACK } from '../../stream/simulator/attacks/index.ts'
import { encodeEvent } from '../../stream/simulator/encode-event.ts'
import { merge } from '../../stream/simulator/merge.ts'
import type { Outgoing } from '../../stream/simulator/outgoing.ts'
import { timestampText } from '../../stream/timestamp.ts'

export interface TrafficOrder {
  readonly events: number
  /** Of the traffic's own time. */
  readonly eventsPerSecond: number
  readonly seed: number
  /** How large the shop is; as large as the data set's where it is missing. */
  readonly eventsOfMonth?: number
}

const FROM = Date.UTC(2019, 9, 1, 16)
const EVENTS_OF_MONTH = 42_448_764
/** Floods grow with the traffic: a share of 5,000 events a second would be most of what is sent here. */
const FLOODED = 50
/** Between the beginnings of two attacks, in milliseconds of the traffic's own time. */
const BETWEEN = 5_000

/** Records that are ready to be sent: calibrated traffic with every attack in it. */
export async function preparedTraffic(order: TrafficOrder): Promise<Outgoing[]> {
  const { events, eventsPerSecond, seed, eventsOfMonth = EVENTS_OF_MONTH } = order
  const shop = shopOf('2019-10', eventsOfMonth)
  const products = Array.from(shop.catalogue.active, (number) => shop.product(number))
  const random = new Draws()
  random.reset(keyOf(seed, 'attacks'))
  const attacks = (Object.keys(MAKE_ATTACK) as AttackName[]).map(
    (name, i) =>
      MAKE_ATTACK[name]({ from: FROM + i * BETWEEN, random, products, eventsPerSecond: FLOODED }).events,
  )
  const records: Outgoing[] = []
  for await (const event of merge(traffic({ shop, seed, from: FROM, eventsPerSecond }), ...attacks)) {
    if (records.length === events) break
    const { label: _, ...fields } = event
    const text = encodeEvent({ ...fields, txn_timestamp: timestampText(event.time) })
    records.push({ key: String(event.user_id), data: Buffer.from(text), events: 1 })
  }
  return records
}
