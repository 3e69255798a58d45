import { expressionBuilder } from 'kysely'

interface Sales {
  revenue: string
  views: bigint
  product_id: bigint
  brand: string
}

/** Places by revenue, then views, from above and from below; the key decides ties, so that no place is given twice. */
export const salesRanks = (key: 'product_id' | 'brand') => {
  const eb = expressionBuilder<{ sales: Sales }, 'sales'>()
  const place = (direction: 'asc' | 'desc') =>
    eb.fn
      .agg<bigint>('row_number')
      .over((over) => over.orderBy('revenue', direction).orderBy('views', direction).orderBy(key, 'asc'))
  return [place('desc').as('best_rank'), place('asc').as('worst_rank')]
}
