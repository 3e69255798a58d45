import { HOUR } from '../../../stream/rules/window.ts'
import { hourOfTrouble, PROMOTION, promotionLabel } from '../../../stream/simulator/hour-of-trouble.ts'
import { merge } from '../../../stream/simulator/merge.ts'
import type { Label, SimulatedEvent } from '../../../stream/simulator/simulated-event.ts'
import { Draws, keyOf } from '../../generate/random.ts'
import { type Shop, shopOf } from './shop.ts'
import { traffic } from './traffic.ts'

export interface LabelledHourOptions {
  readonly seed: number
  /** First instant, in milliseconds since 1970. */
  readonly from: number
  /** Of honest traffic at the first instant; attacks and the promotion grow with it. */
  readonly eventsPerSecond: number
  /** How much of the hour is wanted, in milliseconds. */
  readonly lasting?: number
}

export interface LabelledHour {
  readonly labels: readonly Label[]
  readonly events: AsyncIterable<SimulatedEvent>
}

const SECONDS_OF_MONTH = 30 * 24 * 3600

/** An hour of calibrated traffic with every attack and every hard case in it; the same for the same options. */
export function labelledHour({
  seed,
  from,
  eventsPerSecond,
  lasting = HOUR,
}: LabelledHourOptions): LabelledHour {
  const shop = shopOf(new Date(from).toISOString().slice(0, 7), eventsPerSecond * SECONDS_OF_MONTH)
  const random = new Draws()
  random.reset(keyOf(seed, 'trouble'))
  const products = Array.from(shop.catalogue.active, (number) => shop.product(number))
  const injections = hourOfTrouble({ from, random, products, eventsPerSecond })
  const promoted = promotedOf(shop, random)
  const label = promotionLabel(
    promoted.map((number) => shop.product(number).product_id),
    promoted.map((number) => shop.product(number).category_id),
  )
  const honest = traffic({ shop, seed, from, eventsPerSecond })
  const crowd = traffic({
    shop,
    seed: seed + 1,
    from: from + PROMOTION.begins,
    eventsPerSecond: eventsPerSecond * (PROMOTION.factor - 1),
    promoted: { products: promoted, share: PROMOTION.share },
  })
  return {
    labels: [...injections.map((injection) => injection.label), label],
    events: until(
      from + lasting,
      merge(
        until(from + HOUR, honest),
        labelled(label, until(from + Math.min(lasting, PROMOTION.ends), crowd)),
        ...injections.map(({ events }) => events),
      ),
    ),
  }
}

/** Products that are bought and seen much, of different categories. */
function promotedOf({ catalogue, product }: Shop, random: Draws): number[] {
  const chosen = new Map<bigint, number>()
  while (chosen.size < PROMOTION.products) {
    const number = catalogue.views.draw(random)
    chosen.set(product(number).category_id, number)
  }
  return [...chosen.values()]
}

async function* until(end: number, events: Iterable<SimulatedEvent> | AsyncIterable<SimulatedEvent>) {
  for await (const event of events) {
    if (event.time >= end) return
    yield event
  }
}

async function* labelled(label: Label, events: AsyncIterable<SimulatedEvent>) {
  for await (const event of events) yield { ...event, label }
}
