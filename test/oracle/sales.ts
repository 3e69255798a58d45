import { by, falling, mostFrequent, places } from './collections.ts'
import { categoryOf, type OracleEvent, ofType, type Row, type View } from './event.ts'
import { moneyText, revenueOf } from './money.ts'
import { inMonth } from './time.ts'

export const productSales: View = (events, month) => {
  const products = Map.groupBy(inMonth(events, month), ({ product }) => product)
  return ranked([...products]).map(([product, found, sales]) => ({
    month,
    product_id: product,
    category: mostFrequent(found.map(categoryOf)),
    brand: mostFrequent(found.flatMap(({ brand }) => brand ?? [])),
    ...sales,
  }))
}

export const brandSales: View = (events, month) => {
  const brands = Map.groupBy(inMonth(events, month), ({ brand }) => brand)
  const named = [...brands].flatMap(([brand, found]) => (brand === null ? [] : [[brand, found] as const]))
  return ranked(named).map(([brand, , sales]) => ({ month, brand, ...sales }))
}

type Group<K> = readonly [key: K, events: readonly OracleEvent[]]

/** Each group with its sales and its places from above and below. */
function ranked<K extends bigint | string>(groups: readonly Group<K>[]): [K, readonly OracleEvent[], Row][] {
  const measured = groups.map(([key, events]) => ({
    key,
    events,
    revenue: revenueOf(events),
    views: ofType(events, 'view').length,
  }))
  const key = by<(typeof measured)[number]>((group) => group.key)
  const best = places(
    measured,
    falling(({ revenue }) => revenue),
    falling(({ views }) => views),
    key,
  )
  const worst = places(
    measured,
    by(({ revenue }) => revenue),
    by(({ views }) => views),
    key,
  )
  return measured.map((group) => [
    group.key,
    group.events,
    {
      views: BigInt(group.views),
      carts: BigInt(ofType(group.events, 'cart').length),
      purchases: BigInt(ofType(group.events, 'purchase').length),
      revenue: moneyText(group.revenue),
      best_rank: BigInt(best.get(group) ?? 0),
      worst_rank: BigInt(worst.get(group) ?? 0),
    },
  ])
}
