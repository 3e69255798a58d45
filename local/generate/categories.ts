import {
  CATEGORIES,
  CATEGORIES_OF_NOVEMBER,
  CATEGORIES_OF_OCTOBER,
  CATEGORIES_WITHOUT_CODE,
  CODES_ONLY_SINCE_NOVEMBER,
  DRAWN_FOR_NOTHING,
  WITHOUT_CODE,
} from './calibration.ts'
import { keyOf, mix } from './random.ts'
import { CODE_SHARES, CODES, idsOfCode, SMARTPHONE } from './taxonomy.ts'

export interface Category {
  readonly id: bigint
  readonly code: string
  /** Share of the month's events, before products are weighed. */
  readonly share: number
  /** Price level, 0 to 100. */
  readonly level: number
  /** The month (`2019-11`) before which, or from which on, nothing of the category is seen. */
  readonly since?: string
  readonly until?: string
}

/** The smartphones' real id; the others lie in the same range, far above 2^53. */
const SMARTPHONE_ID = 2053013555631882655n
const FIRST_ID = 2053013551000000001n
const ID_STEP = 20_000_000n

const UNCODED = WITHOUT_CODE * DRAWN_FOR_NOTHING

const codesByRank = (): { code: string; level: number; share: number }[] => {
  const rest = CODES.filter(({ code }) => CODE_SHARES[code] === undefined)
  const known = Object.values(CODE_SHARES).reduce((sum, share) => sum + share, 0)
  const weights = rest.map((_, rank) => 1 / (rank + 40))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const order = rest.toSorted((a, b) => keyOf('rank', a.code) - keyOf('rank', b.code))
  const left = 1 - UNCODED - known
  return [
    ...CODES.filter(({ code }) => CODE_SHARES[code] !== undefined).map((c) => ({
      ...c,
      share: CODE_SHARES[c.code] as number,
    })),
    ...order.map((c, rank) => ({ ...c, share: ((weights[rank] as number) * left) / total })),
  ]
}

/** A code's first id has most of its events, the others divide the rest. */
const shareOfId = (share: number, index: number, ids: number): number =>
  ids === 1 ? share : index === 0 ? share * 0.75 : (share * 0.25) / (ids - 1)

/** The shop's 691 categories, the same for every month and seed: 282 with one of 129 codes, 409 without. */
export const categories = (): Category[] => {
  const codes = codesByRank()
  const coded = codes.flatMap(({ code, level, share }, rank) =>
    Array.from({ length: idsOfCode(code) }, (_, index) => ({
      code,
      level,
      share: shareOfId(share, index, idsOfCode(code)),
      late: rank >= codes.length - CODES_ONLY_SINCE_NOVEMBER,
    })),
  )
  const weights = Array.from({ length: CATEGORIES_WITHOUT_CODE }, (_, rank) => 1 / (rank + 3))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const uncoded = weights.map((weight, rank) => ({
    code: '',
    level: mix(keyOf('level', rank)) % 76,
    share: (weight * UNCODED) / total,
    late: false,
  }))
  const all = [...coded, ...uncoded]
  const lateCodes = coded.filter(({ late }) => late).length
  const firstLate = CATEGORIES - (CATEGORIES - CATEGORIES_OF_OCTOBER - lateCodes)
  const gone = CATEGORIES - CATEGORIES_OF_NOVEMBER
  return all.map(({ code, level, share, late }, index) => ({
    id:
      code === SMARTPHONE
        ? SMARTPHONE_ID
        : FIRST_ID + BigInt(index) * ID_STEP + BigInt(mix(keyOf('category', index)) % 19_999_999),
    code,
    share,
    level,
    ...(late || index >= firstLate ? { since: '2019-11' } : {}),
    ...(index >= firstLate - gone && index < firstLate ? { until: '2019-11' } : {}),
  }))
}
