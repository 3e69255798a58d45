import { actions, distinct, VIEWS } from './measure.ts'
import { thresholdRule } from './rule.ts'
import { count, span } from './spoken.ts'
import { hopping, MINUTE } from './window.ts'

/**
 * Slow enough for the volume rule; what gives it away is that it hardly looks at a thing twice. Honest visitors come back to what
 * they saw with four views in ten.
 */
export const slowCrawler = thresholdRule({
  id: 'slow-crawler',
  key: 'user_id',
  window: hopping(5 * MINUTE, MINUTE),
  measures: { products: distinct('product_id', VIEWS), views: actions(VIEWS) },
  judged: 'products',
  thresholds: { low: 50, medium: 80, high: 150 },
  partOf: { measure: 'views', basisPoints: 9700 },
  finds: ['slow-crawler'],
  tell: (alert) => ({
    happened: `User ${alert.key_value} viewed ${count(alert.measure_value)} different products in ${span(alert)}, with ${count(alert.details.views)} views. Somebody copies the catalogue.`,
    todo: 'Nothing is down: no haste. Show the user a challenge, or limit its rate, and see whether other users crawl on in its place.',
  }),
})
