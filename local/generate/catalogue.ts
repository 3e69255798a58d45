import { AliasTable } from './alias-table.ts'
import { type BrandGroup, brandLevel, brandMenus, groupOf, ownBrand } from './brands.ts'
import {
  ALL_PRODUCTS,
  CATEGORIES,
  DRAWN_FOR_NOTHING,
  MAX_PRICE_CENTS,
  type MonthFigures,
  NOVEMBER,
  OTHER_PRICES,
  SMARTPHONE_PRICES,
  SMARTPHONES_OF_REVENUE,
} from './calibration.ts'
import { type Category, categories } from './categories.ts'
import { type Knots, Quantiles } from './quantiles.ts'
import { keyOf, mix } from './random.ts'
import { SMARTPHONE } from './taxonomy.ts'

/** What a month's sessions choose from. Products are numbered; the numbers mean nothing outside. */
export interface Catalogue {
  /** Products that are seen in the month. */
  readonly active: Int32Array
  readonly views: AliasTable
  readonly purchases: AliasTable
  /** Product p's `product_id,category_id,category_code,brand,price` is `text.subarray(starts[p], starts[p + 1])`. */
  readonly text: Buffer
  readonly starts: Int32Array
  /** Products that every month of every size has, for what reaches over a month's end. */
  readonly evergreen: readonly number[]
}

/**
 * How many products a month of so many rows chooses from: all at November's 67.5M, half of them for each quarter of the
 * rows, so that the top tenth's share of views stays. In steps of four, so that months of like size share a catalogue.
 */
export const productsOf = (rows: number): number => {
  let products = ALL_PRODUCTS
  for (let size = NOVEMBER.rows; rows < size / 2; size /= 4) products /= 2
  return Math.max(CATEGORIES, Math.round(products))
}

/** The part of a category that is seen about as often as its first product; found for the top tenth's share. */
const HEAD = 0.012
/** What comes and goes with the months is among the rear of its category. */
const REAR = 0.4

const GOLDEN = 0x9e3779b9

/** Each product's category: one each at first, then by the square root of the category's share. */
const assignCategories = (all: readonly Category[], products: number): Int32Array => {
  const cumulative = new Float64Array(all.length)
  let total = 0
  all.forEach(({ share }, i) => {
    total += Math.sqrt(share)
    cumulative[i] = total
  })
  return Int32Array.from({ length: products }, (_, product) => {
    if (product < all.length) return product
    const at = ((Math.imul(product, GOLDEN) >>> 0) / 2 ** 32) * total
    let low = 0
    let high = all.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cumulative[middle] as number) > at) high = middle
      else low = middle + 1
    }
    return low
  })
}

const byWeight = (weights: Float64Array, products: readonly number[]): number[] =>
  products.toSorted((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)

/** Gives each product the brand of its group's menu that is furthest behind its share. */
const assignBrands = (
  all: readonly Category[],
  category: Int32Array,
  rank: Int32Array,
  weights: Float64Array,
): string[] => {
  const groups: Record<BrandGroup, number[]> = { smartphones: [], technology: [], coded: [], uncoded: [] }
  const shares: Record<BrandGroup, number> = { smartphones: 0, technology: 0, coded: 0, uncoded: 0 }
  category.forEach((of, product) => {
    const group = groupOf((all[of] as Category).code)
    groups[group].push(product)
    shares[group] += weights[product] as number
  })
  const menus = brandMenus(shares)
  const brands: string[] = new Array(category.length).fill('')
  for (const group of Object.keys(groups) as BrandGroup[]) {
    const menu = menus[group].brands
    const own = 1 - menu.reduce((sum, { share }) => sum + share, 0)
    const targets = [...menu.map(({ share }) => share), own]
    const given = targets.map(() => 0)
    let total = 0
    for (const product of byWeight(weights, groups[group])) {
      const weight = weights[product] as number
      total += weight
      let best = 0
      targets.forEach((target, i) => {
        const behind = target * total - (given[i] as number)
        if (behind > (targets[best] as number) * total - (given[best] as number)) best = i
      })
      given[best] = (given[best] as number) + weight
      const of = category[product] as number
      brands[product] = menu[best]?.brand ?? ownBrand(of, rank[product] as number)
    }
  }
  return brands
}

/** Sorts products by how dear they ought to be and gives them prices so that the quantiles over events come out. */
const assignPrices = (
  products: readonly number[],
  score: (product: number) => number,
  weights: Float64Array,
  knots: Knots,
  cents: Int32Array,
): void => {
  const quantiles = new Quantiles(knots)
  const scores = new Map(products.map((product) => [product, score(product)]))
  const sorted = products.toSorted((a, b) => (scores.get(a) as number) - (scores.get(b) as number) || a - b)
  const total = sorted.reduce((sum, product) => sum + (weights[product] as number), 0)
  let before = 0
  for (const product of sorted) {
    const weight = weights[product] as number
    cents[product] = Math.max(1, Math.floor(quantiles.at((before + weight / 2) / total) * 100))
    before += weight
  }
}

/** Makes products price 0 until they have the month's share of events; seldom seen ones, never the same as another's. */
const dropPrices = (weights: Float64Array, rank: Int32Array, share: number, cents: Int32Array): void => {
  let left = share
  const order = Array.from(cents.keys()).toSorted((a, b) => mix(a + 77) - mix(b + 77))
  for (const product of order) {
    const weight = weights[product] as number
    if ((rank[product] as number) < 2 || weight > left) continue
    cents[product] = 0
    left -= weight
  }
}

/** Purchases follow views, cheaper things sooner; smartphones so that they have their part of the revenue. */
const purchaseWeights = (weights: Float64Array, cents: Int32Array, smartphone: (p: number) => boolean) => {
  const cheapness = 1000_00
  const wish = weights.map((weight, p) => {
    const price = cents[p] as number
    return price === 0 ? 0 : smartphone(p) ? weight : (weight * cheapness) / (cheapness + price)
  })
  let phones = 0
  let others = 0
  wish.forEach((weight, p) => {
    if (smartphone(p)) phones += weight * (cents[p] as number)
    else others += weight * (cents[p] as number)
  })
  const factor = ((SMARTPHONES_OF_REVENUE / (1 - SMARTPHONES_OF_REVENUE)) * others) / phones
  return wish.map((weight, p) => (smartphone(p) ? weight * factor : weight))
}

/**
 * How often the product at a place of its category is seen, against the others there: a power law whose head is as
 * flat as the category is large, so that the shares are alike in catalogues of every size.
 */
const popularityOf = (place: number, products: number): number => {
  const n = place + 1 + products * HEAD
  return 1 / (n * n)
}

const decimal = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

/** Products, brands and prices for a month. They depend on its size, hardly on the month and not at all on the seed. */
export const catalogueFor = (month: string, rows: number, figures: MonthFigures): Catalogue => {
  const all = categories()
  const products = productsOf(rows)
  const category = assignCategories(all, products)
  const seen = new Int32Array(all.length)
  const rank = category.map((of) => {
    const place = seen[of] as number
    seen[of] = place + 1
    return place
  })
  const scale = new Float64Array(all.length)
  const popularity = Float64Array.from(rank, (place, p) =>
    popularityOf(place, seen[category[p] as number] as number),
  )
  category.forEach((of, p) => {
    scale[of] = (scale[of] as number) + (popularity[p] as number)
  })
  const weights = popularity.map((weight, p) => {
    const of = category[p] as number
    return (weight * (all[of] as Category).share) / (scale[of] as number)
  })
  const brands = assignBrands(all, category, rank, weights)
  const isSmartphone = (p: number) => (all[category[p] as number] as Category).code === SMARTPHONE
  const cents = new Int32Array(products)
  const numbers = Array.from(cents.keys())
  const noise = (p: number, spread: number) => (mix(keyOf('price', p)) / 2 ** 32) * spread
  assignPrices(
    numbers.filter(isSmartphone),
    (p) => brandLevel(brands[p] as string) + noise(p, 40),
    weights,
    SMARTPHONE_PRICES,
    cents,
  )
  assignPrices(
    numbers.filter((p) => !isSmartphone(p)),
    (p) => (all[category[p] as number] as Category).level + noise(p, 45),
    weights,
    OTHER_PRICES,
    cents,
  )
  const dearest = byWeight(
    weights,
    numbers.filter((p) => (cents[p] as number) > 2_000_00),
  )[0]
  if (dearest !== undefined) cents[dearest] = MAX_PRICE_CENTS
  const isActive = (p: number) => {
    const { since, until } = all[category[p] as number] as Category
    if ((since !== undefined && month < since) || (until !== undefined && month >= until)) return false
    const rear = (rank[p] as number) > (1 - REAR) * (seen[category[p] as number] as number)
    return (
      !rear || mix(keyOf('active', month, p)) / 2 ** 32 < 1 - (1 - figures.products / ALL_PRODUCTS) / REAR
    )
  }
  const activeWeights = weights.map((weight, p) => (isActive(p) ? weight : 0))
  const total = activeWeights.reduce((sum, weight) => sum + weight, 0)
  dropPrices(activeWeights, rank, (total * DRAWN_FOR_NOTHING * figures.zeroPrices) / figures.rows, cents)
  const texts = numbers.map((p) => {
    const of = category[p] as number
    const { id, code } = all[of] as Category
    const productId = (of + 10) * 100_000 + (rank[p] as number) * 3 + 4
    return Buffer.from(`${productId},${id},${code},${brands[p]},${decimal(cents[p] as number)}`)
  })
  const starts = new Int32Array(products + 1)
  texts.forEach((text, p) => {
    starts[p + 1] = (starts[p] as number) + text.length
  })
  return {
    active: Int32Array.from(numbers.filter((p) => (activeWeights[p] as number) > 0)),
    views: new AliasTable(activeWeights),
    purchases: new AliasTable(purchaseWeights(activeWeights, cents, isSmartphone)),
    text: Buffer.concat(texts),
    starts,
    evergreen: numbers.slice(0, 40),
  }
}
