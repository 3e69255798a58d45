import { BRAND_SHARES, DRAWN_FOR_BRAND, DRAWN_FOR_NOTHING, WITHOUT_BRAND } from './calibration.ts'
import { keyOf, mix } from './random.ts'
import { SMARTPHONE } from './taxonomy.ts'

/** Which brands a group of categories has, as shares of its events. What is left goes to each category's own brands. */
export interface BrandMenu {
  readonly brands: readonly { readonly brand: string; readonly share: number }[]
}

export type BrandGroup = 'smartphones' | 'technology' | 'coded' | 'uncoded'

export const groupOf = (code: string): BrandGroup =>
  code === SMARTPHONE
    ? 'smartphones'
    : /^(electronics|computers|appliances)\./.test(code)
      ? 'technology'
      : code === ''
        ? 'uncoded'
        : 'coded'

/** How much of a group belongs to whom; a group's share of all events turns that into the brand's. */
const OF_SMARTPHONES = { apple: 0.3, samsung: 0.335, xiaomi: 0.195, huawei: 0.088, oppo: 0.05 } as const
const OF_TECHNOLOGY = {
  lg: 0.04,
  bosch: 0.035,
  sony: 0.025,
  lenovo: 0.022,
  acer: 0.02,
  hp: 0.016,
  asus: 0.014,
} as const
const NO_BRAND = { smartphones: 0, technology: 0.04, coded: 0.35 } as const

/** The menus for which the shop as a whole has the published brand shares. '' is no brand. */
export const brandMenus = (shares: Readonly<Record<BrandGroup, number>>): Record<BrandGroup, BrandMenu> => {
  const technology = Object.entries(BRAND_SHARES).map(([brand, share]) => ({
    brand,
    share:
      (share * DRAWN_FOR_BRAND - OF_SMARTPHONES[brand as keyof typeof BRAND_SHARES] * shares.smartphones) /
      shares.technology,
  }))
  const nowhereElse =
    NO_BRAND.smartphones * shares.smartphones +
    NO_BRAND.technology * shares.technology +
    NO_BRAND.coded * shares.coded
  const list = (entries: Readonly<Record<string, number>>) =>
    Object.entries(entries).map(([brand, share]) => ({ brand, share }))
  return {
    smartphones: { brands: list(OF_SMARTPHONES) },
    technology: {
      brands: [...technology, ...list(OF_TECHNOLOGY), { brand: '', share: NO_BRAND.technology }],
    },
    coded: { brands: [{ brand: '', share: NO_BRAND.coded }] },
    uncoded: {
      brands: [{ brand: '', share: (WITHOUT_BRAND * DRAWN_FOR_NOTHING - nowhereElse) / shares.uncoded }],
    },
  }
}

/** Price level of a brand among smartphones. */
export const brandLevel = (brand: string): number => (brand === 'apple' ? 45 : brand === 'samsung' ? 12 : 0)

const SYLLABLES = 'ba ce do fa gra ko la mi no pe qui ra sto te vo xi zen lu tri kel'.split(' ')
const BRANDS_OF_A_CATEGORY = 6

/** The n-th of a category's own brands: an invented name, used by no other category. */
export const ownBrand = (category: number, rank: number): string => {
  const pick = mix(keyOf('brand', category, rank)) % BRANDS_OF_A_CATEGORY
  let number = category * BRANDS_OF_A_CATEGORY + Math.min(rank, pick)
  let name = ''
  for (let i = 0; i < 3; i++) {
    name += SYLLABLES[number % SYLLABLES.length]
    number = Math.floor(number / SYLLABLES.length)
  }
  return name
}
