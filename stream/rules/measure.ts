import type { EventType } from '../../catalog/events.ts'

/** Which events count. */
export interface Only {
  readonly types?: readonly EventType[]
  /** The price of the event, in cents; an event without price does not count. */
  readonly centsAtMost?: number
}

export const DISTINCT_COLUMNS = ['product_id', 'user_id', 'user_session'] as const
export type DistinctColumn = (typeof DISTINCT_COLUMNS)[number]

/** What is measured of a key's events in a window; always a whole number, so that all engines agree on every digit. */
export type Measure =
  /** Events. */
  | { readonly kind: 'events'; readonly only?: Only }
  /**
   * What was done, not the lines that say so: distinct (event type, product, second of `txn_timestamp`), the products of a
   * purchase left out, so that the lines of an order are one action however many products it has.
   */
  | { readonly kind: 'actions'; readonly only?: Only }
  /** Distinct values; null is none. */
  | { readonly kind: 'distinct'; readonly column: DistinctColumn; readonly only?: Only }
  /** Sum of the prices, in cents. */
  | { readonly kind: 'cost'; readonly only?: Only }
  /** The key's events among all events of the window, in basis points. */
  | { readonly kind: 'share'; readonly only?: undefined }

export type MeasureKind = Measure['kind']

const limited = (only: Only | undefined) => (only ? { only } : {})

export const events = (only?: Only): Measure => ({ kind: 'events', ...limited(only) })
export const actions = (only?: Only): Measure => ({ kind: 'actions', ...limited(only) })
export const distinct = (column: DistinctColumn, only?: Only): Measure => ({
  kind: 'distinct',
  column,
  ...limited(only),
})
export const cost = (only?: Only): Measure => ({ kind: 'cost', ...limited(only) })
export const share = (): Measure => ({ kind: 'share' })

export const VIEWS: Only = { types: ['view'] }
export const CARTS: Only = { types: ['cart'] }
export const PURCHASES: Only = { types: ['purchase'] }
