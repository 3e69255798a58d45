import type { Product } from '../../../stream/simulator/simulated-event.ts'
import {
  type Funnel,
  type MonthFigures,
  NOVEMBER,
  NOVEMBER_FUNNEL,
  OCTOBER,
  OCTOBER_FUNNEL,
} from '../../generate/calibration.ts'
import { type Catalogue, catalogueFor } from '../../generate/catalogue.ts'

/** A shop as a month of generated files has it, its products as events carry them. */
export interface Shop {
  readonly figures: MonthFigures
  readonly funnel: Funnel
  readonly catalogue: Catalogue
  /** Product by its number in the catalogue. */
  product(number: number): Product
}

/** `month` is `2019-10`; a shop with more events has more products, as in the files. */
export function shopOf(month: string, eventsOfMonth: number): Shop {
  const [figures, funnel] = month === '2019-11' ? [NOVEMBER, NOVEMBER_FUNNEL] : [OCTOBER, OCTOBER_FUNNEL]
  const catalogue = catalogueFor(month, eventsOfMonth, figures)
  const made: (Product | undefined)[] = []
  return {
    figures,
    funnel,
    catalogue,
    product: (number) => {
      made[number] ??= productOf(catalogue, number)
      return made[number]
    },
  }
}

function productOf({ text, starts }: Catalogue, number: number): Product {
  const fields = text.toString('latin1', starts[number], starts[number + 1]).split(',')
  const [product = '', category = '', code = '', brand = '', price = ''] = fields
  return {
    product_id: BigInt(product),
    category_id: BigInt(category),
    category_code: code || null,
    brand: brand || null,
    price: price || null,
  }
}
