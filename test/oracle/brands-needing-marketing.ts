import { by, countDistinct, falling, median, mostFrequent, ratio, sorted } from './collections.ts'
import { categoryOf, type OracleEvent, ofType, type Row, type View } from './event.ts'
import { moneyText, revenueOf } from './money.ts'
import { inMonth } from './time.ts'

const MINIMUM_VIEWS = 30

export const brandsNeedingMarketing: View = (events, month) => {
  const brands = [...Map.groupBy(inMonth(events, month), ({ brand }) => brand)]
    .flatMap(([brand, found]) => (brand === null ? [] : [measured(brand, found)]))
    .filter(({ views }) => views >= MINIMUM_VIEWS)
  const peers = Map.groupBy(brands, ({ mainCategory }) => mainCategory)
  const needing = [...peers.values()].flatMap((group) => group.flatMap((brand) => compared(brand, group)))
  return sorted(
    needing,
    falling(({ opportunity }) => opportunity),
    by(({ brand }) => brand),
  ).map(({ brand, opportunity, row }, i) => ({
    month,
    brand,
    ...row,
    opportunity_revenue: moneyText(opportunity),
    rank: BigInt(i + 1),
  }))
}

type Brand = ReturnType<typeof measured>

function measured(brand: string, events: readonly OracleEvent[]) {
  const views = ofType(events, 'view')
  const purchases = ofType(events, 'purchase')
  return {
    brand,
    mainCategory: mostFrequent(views.map(categoryOf)),
    views: views.length,
    carts: ofType(events, 'cart').length,
    purchases: purchases.length,
    revenue: revenueOf(events),
    conversion: ratio(
      countDistinct(purchases.map(({ session }) => session)),
      countDistinct(events.map(({ session }) => session)),
    ),
  }
}

/** The brand beside its peers, if it converts better than their median and is seen less. */
function compared(
  { brand, views, carts, purchases, revenue, conversion }: Brand,
  peers: readonly Brand[],
): { brand: string; opportunity: bigint; row: Row }[] {
  const medianViews = median(peers.map((peer) => peer.views))
  const medianConversion = median(peers.flatMap((peer) => peer.conversion ?? []))
  if (medianViews === null || medianConversion === null || conversion === null) return []
  if (conversion <= medianConversion || views >= medianViews) return []
  const total = (measure: 'views' | 'purchases') => peers.reduce((sum, peer) => sum + peer[measure], 0)
  return [
    {
      brand,
      opportunity: BigInt(Math.round((Number(revenue) * (medianViews - views)) / views)),
      row: {
        views: BigInt(views),
        carts: BigInt(carts),
        purchases: BigInt(purchases),
        revenue: moneyText(revenue),
        view_share: views / total('views'),
        purchase_share: purchases / total('purchases'),
        conversion_rate: conversion,
        reach_index: views / medianViews,
      },
    },
  ]
}
