import {
  actions,
  CARTS,
  cost,
  distinct,
  events,
  type Measure,
  PURCHASES,
  share,
  VIEWS,
} from '../../../../stream/rules/measure.ts'
import { type KeyColumn, type Rule, thresholdRule, trailingRule } from '../../../../stream/rules/rule.ts'
import { hopping, MINUTE, SECOND, tumbling, type Window } from '../../../../stream/rules/window.ts'

const WINDOWS: Readonly<Record<string, Window>> = {
  short: tumbling(10 * SECOND),
  minute: tumbling(MINUTE),
  hopping: hopping(5 * MINUTE, MINUTE),
}
const KEYS: readonly KeyColumn[] = ['user_id', 'product_id', 'category_id', 'all']
const MEASURES: Readonly<Record<string, Measure>> = {
  events: events(),
  carts: events(CARTS),
  actions: actions(),
  products: distinct('product_id', VIEWS),
  sessions: distinct('user_session'),
  users: distinct('user_id'),
  cost: cost(PURCHASES),
  cheap: actions({ ...PURCHASES, centsAtMost: 500 }),
  share: share(),
}

const tell = () => ({ happened: '', todo: '' })

/** A rule for every key, window and measure, with thresholds so low that a little traffic passes them. */
export const LOW_RULES: readonly Rule[] = [
  ...Object.entries(WINDOWS).flatMap(([size, window]) =>
    KEYS.flatMap((key) =>
      Object.keys(MEASURES).map((judged) =>
        thresholdRule({
          id: `${judged}-of-${key}-${size}`,
          key,
          window,
          measures: MEASURES,
          judged,
          ...(judged === 'products' && { partOf: { measure: 'events', basisPoints: 5000 } }),
          atLeast: judged === 'sessions' ? { events: 2 } : {},
          thresholds:
            judged === 'cost'
              ? { low: 499, high: 10_000 }
              : judged === 'share'
                ? { medium: 3000 }
                : { low: 1, medium: 2, high: 4 },
          finds: [],
          tell,
        }),
      ),
    ),
  ),
  ...KEYS.map((key) =>
    trailingRule({
      id: `drop-of-${key}`,
      key,
      window: tumbling(MINUTE),
      measures: { orders: distinct('user_session', PURCHASES), sessions: distinct('user_session') },
      part: 'orders',
      of: 'sessions',
      trailing: 4 * MINUTE,
      windowsAtLeast: 2,
      expectedAtLeast: 1,
      thresholds: { low: 9000, medium: 5000, high: 1000 },
      finds: [],
      tell,
    }),
  ),
]
