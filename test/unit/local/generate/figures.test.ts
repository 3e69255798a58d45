import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateMonth } from '../../../../local/generate/generate-month.ts'
import { type Figure, measure } from './measure.ts'

const folder = mkdtempSync(join(tmpdir(), 'figures-'))
let october: Record<Figure, number>
let november: Record<Figure, number>

/** The two months in their real proportion, so that figures which are published for both can be checked on both. */
beforeAll(async () => {
  const make = async (month: string, rows: number) => {
    const path = join(folder, `${month}.csv`)
    await generateMonth({ month, rows, seed: 42, path })
    return await measure(path)
  }
  october = await make('2019-10', 200_000)
  november = await make('2019-11', 318_000)
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Figure, published value, tolerance (of the value). */
const OCTOBER: readonly (readonly [Figure, number, number])[] = [
  ['rows', 200_000, 0],
  ['views', 192_134, 0.005],
  ['carts', 4_365, 0.06],
  ['purchases', 3_500, 0.06],
  ['events_mean', 5.85, 0.04],
  ['events_median', 3, 0],
  ['events_p90', 14, 0],
  ['minutes_median', 1.73, 0.06],
  ['minutes_p90', 18.7, 0.06],
  ['buying_sessions', 0.069, 0.04],
  ['sessions_per_user', 3.06, 0.02],
  ['buyers', 0.131, 0.03],
  ['one_order', 0.666, 0.03],
  ['no_code', 0.3184, 0.03],
  ['no_brand', 0.144, 0.04],
  ['categories', 624, 0],
  ['codes', 126, 0],
  ['ids_of_shoes', 27, 0],
  ['top_tenth', 0.826, 0.09],
  ['samsung', 0.1244, 0.04],
  ['apple', 0.0971, 0.04],
  ['xiaomi', 0.0726, 0.04],
  ['huawei', 0.0261, 0.06],
  ['smartphone_revenue', 0.683, 0.05],
  ['purchase_price', 309.5, 0.06],
  ['price_mean', 290.32, 0.04],
  ['price_median', 165.77, 0.04],
  ['price_p90', 756.75, 0.08],
  ['price_p99', 1661.12, 0.04],
  ['price_max', 2574.07, 0],
  ['price_zero', 0.00162, 0.15],
  ['bought_for_nothing', 0, 0],
  ['surplus', 142, 0],
  ['surplus_carts', 135, 0.03],
  ['hour16', 0.072, 0.07],
  ['hour9', 0.055, 0.07],
  ['hour2', 0.025, 0.1],
  ['hour21', 0.01, 0.2],
  ['hour23', 0.005, 0.4],
  ['busiest_hour', 16, 0.07],
  ['hour_of_orders', 9, 0],
  ['quietest_day', 5_183, 0.15],
  ['days', 31, 0],
  ['days_without_purchase', 0, 0],
  ['no_session', 0, 0],
  ['crawlers', 1, 0],
  ['unsorted', 0, 0],
]

describe('a generated October of 200,000 events', () => {
  it.each(OCTOBER)('has %s of %d', (figure, published, tolerance) => {
    expect(Math.abs(october[figure] - published)).toBeLessThanOrEqual(published * tolerance + 1e-9)
  })

  it('has category ids that no JavaScript number holds', () => {
    expect(october.smallest_category).toBeGreaterThan(2 ** 53)
  })

  it('has many brands and products, none of them as frequent as the four that are published', () => {
    expect(october.products).toBeGreaterThan(5_000)
    expect(october.brands).toBeGreaterThan(1_500)
    expect(october.next_brand).toBeLessThan(0.02)
  })

  it('has sessions of a hundred events and more, over midnight, and some of two users', () => {
    expect(october.events_max).toBeGreaterThan(100)
    expect(october.over_midnight).toBeGreaterThan(10)
    expect(october.two_user_sessions).toBeGreaterThanOrEqual(1)
  })
})

describe('a generated November', () => {
  it('has its promotion: the busiest day has several times the events of the others', () => {
    expect(november.busiest_day / november.quietest_day).toBeGreaterThan(3)
  })

  it('has one day without a purchase', () => {
    expect(november.days_without_purchase).toBe(1)
    expect(november.days).toBe(30)
  })

  it('has 684 categories, 129 codes and more carts', () => {
    expect(november.categories).toBe(684)
    expect(november.codes).toBe(129)
    expect(november.carts / november.rows).toBeCloseTo(3_028_930 / 67_501_979, 2.5)
  })
})

describe('the funnel of both months together', () => {
  const share = (part: Figure, whole: Figure) =>
    (october[part] + november[part]) / (october[whole] + november[whole])

  it('has a cart for 3.73 % of viewed pairs', () => {
    expect(share('viewed_and_carted', 'viewed_pairs')).toBeCloseTo(0.0373, 2.5)
  })

  it('has a purchase for 39.3 % of carted pairs', () => {
    expect(Math.abs(share('carted_and_bought', 'carted_pairs') - 0.393)).toBeLessThan(0.02)
  })

  it('has no cart for 33.8 % of purchases', () => {
    expect(Math.abs(share('bought_without_cart', 'bought') - 0.338)).toBeLessThan(0.02)
  })
})
