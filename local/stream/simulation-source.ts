import { MINUTE } from '../../stream/rules/window.ts'
import { type AttackName, MAKE_ATTACK } from '../../stream/simulator/attacks/index.ts'
import { merge } from '../../stream/simulator/merge.ts'
import { repeat } from '../../stream/simulator/repeat.ts'
import { replayCsv } from '../../stream/simulator/replay-csv.ts'
import type { Product, SimulatedEvent } from '../../stream/simulator/simulated-event.ts'
import { SimulationError } from '../../stream/simulator/simulation-error.ts'
import { Draws, keyOf } from '../generate/random.ts'
import { labelledHour } from './traffic/labelled-hour.ts'
import { type Shop, shopOf } from './traffic/shop.ts'
import { traffic } from './traffic/traffic.ts'

export interface SourceOptions {
  readonly seed: number
  /** A raw CSV file to replay; generated traffic where it is missing. */
  readonly file?: string
  readonly repeat?: boolean
  readonly onBadLine?: (line: number, reasons: readonly string[]) => void
  /** Of generated traffic: first instant in milliseconds since 1970, and events a second then. */
  readonly from: number
  readonly eventsPerSecond: number
  /** What is injected, and how long after the first event, in milliseconds. */
  readonly attacks: readonly { readonly name: AttackName; readonly after: number }[]
  /** Every attack and every hard case, in an hour of generated traffic. */
  readonly trouble?: boolean
}

const SECONDS_OF_MONTH = 30 * 24 * 3600
/** So many events of a file are looked at for when it begins and what the shop sells. */
const LOOKED_AT = 5000

/** The events that a simulation sends, attacks among them. */
export async function simulationSource(options: SourceOptions): Promise<AsyncIterable<SimulatedEvent>> {
  const { seed, file, from, eventsPerSecond, attacks } = options
  if (options.trouble) return labelledHour({ seed, from, eventsPerSecond }).events
  const base = file === undefined ? generated(options) : await replayed(file, options)
  const random = new Draws()
  random.reset(keyOf(seed, 'attacks'))
  const injections = attacks.map(({ name, after }) =>
    MAKE_ATTACK[name]({ ...base, from: base.from + after, random }),
  )
  return merge(base.events, ...injections.map(({ events }) => events))
}

interface Base {
  readonly events: AsyncIterable<SimulatedEvent> | Iterable<SimulatedEvent>
  readonly from: number
  readonly products: readonly Product[]
  readonly eventsPerSecond: number
}

function generated({ seed, from, eventsPerSecond }: SourceOptions): Base {
  const shop: Shop = shopOf(new Date(from).toISOString().slice(0, 7), eventsPerSecond * SECONDS_OF_MONTH)
  return {
    events: traffic({ shop, seed, from, eventsPerSecond }),
    from,
    products: Array.from(shop.catalogue.active, (number) => shop.product(number)),
    eventsPerSecond,
  }
}

async function replayed(path: string, { repeat: again, onBadLine }: SourceOptions): Promise<Base> {
  const head: SimulatedEvent[] = []
  for await (const event of replayCsv({ path })) {
    head.push(event)
    if (head.length === LOOKED_AT) break
  }
  const [first, last] = [head[0], head.at(-1)]
  if (!first || !last)
    throw new SimulationError(
      `${path} has no event that could be replayed: give a raw file of the data set with rows below its header.`,
    )
  const open = () => replayCsv({ path, ...(onBadLine && { onBadLine }) })
  return {
    events: again ? repeat(open) : open(),
    from: first.time,
    products: [...new Map(head.map((event) => [event.product_id, productOf(event)])).values()],
    eventsPerSecond: (head.length * 1000) / Math.max(MINUTE, last.time - first.time),
  }
}

const productOf = ({ product_id, category_id, category_code, brand, price }: SimulatedEvent): Product => ({
  product_id,
  category_id,
  category_code,
  brand,
  price,
})
