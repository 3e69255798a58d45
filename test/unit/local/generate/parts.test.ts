import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AliasTable } from '../../../../local/generate/alias-table.ts'
import { calendarOf } from '../../../../local/generate/calendar.ts'
import { OCTOBER } from '../../../../local/generate/calibration.ts'
import { catalogueFor, productsOf } from '../../../../local/generate/catalogue.ts'
import { categories } from '../../../../local/generate/categories.ts'
import { Copies } from '../../../../local/generate/copies.ts'
import { Quantiles } from '../../../../local/generate/quantiles.ts'
import { Draws, keyOf, mix, Permutation } from '../../../../local/generate/random.ts'
import { RowWriter } from '../../../../local/generate/row-writer.ts'
import { SessionLengths } from '../../../../local/generate/session-lengths.ts'
import { CART } from '../../../../local/generate/session-script.ts'
import { Spread } from '../../../../local/generate/spread.ts'
import { Timeline } from '../../../../local/generate/timeline.ts'

describe('random', () => {
  it('mixes 32-bit integers without two becoming one', () => {
    const values = Array.from({ length: 50_000 }, (_, i) => mix(i))
    expect(new Set(values).size).toBe(50_000)
  })

  it('makes keys that depend on every part and its place', () => {
    expect(new Set([keyOf(1, 2), keyOf(2, 1), keyOf(12), keyOf('1', '2', '')]).size).toBe(4)
  })

  it.each([1, 2, 3, 17, 1000, 4097])('permutes 0 to %d - 1', (size) => {
    const permutation = new Permutation(size, 5)
    const values = Array.from({ length: size }, (_, i) => permutation.at(i))
    expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
  })
})

describe('distributions', () => {
  it('are straight between their quantiles', () => {
    const quantiles = new Quantiles([
      [0, 1],
      [0.5, 3],
      [1, 103],
    ])
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantiles.at(share))).toEqual([1, 2, 3, 53, 103])
    expect(quantiles.whole(0)).toBe(1)
    expect(quantiles.whole(2 ** 32 - 1)).toBe(102)
  })

  it('of weights give each index its share, and never one without weight', () => {
    const table = new AliasTable(Float64Array.of(1, 0, 6, 3))
    const draws = new Draws()
    draws.reset(1)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 100_000; i++) {
      const index = table.draw(draws)
      counts[index] = (counts[index] ?? 0) + 1
    }
    expect(counts.map((n) => Math.round(n / 1000))).toEqual([10, 0, 60, 30])
  })

  it('of weights need one above 0', () => {
    expect(() => new AliasTable(Float64Array.of(0, 0))).toThrow(RangeError)
  })

  it('of session lengths fill a number of events exactly', () => {
    const lengths = new SessionLengths(3)
    const { sessions, surplus } = lengths.filling(10_000)
    const sum = Array.from({ length: sessions }, (_, i) => lengths.at(i)).reduce((a, b) => a + b)
    expect(sum - surplus).toBe(10_000)
    expect(surplus).toBeLessThan(lengths.at(sessions - 1))
  })
})

describe('categories', () => {
  const all = categories()
  const inMonth = (month: string) =>
    all.filter(({ since = '', until = '9' }) => month >= since && month < until)

  it('are 691, of which 409 have no code and 282 one of 129', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(691)
    expect(all.filter(({ code }) => code === '')).toHaveLength(409)
    expect(new Set(all.map(({ code }) => code)).size - 1).toBe(129)
  })

  it('are 624 in October, 684 in November, and all above 2^53', () => {
    expect(inMonth('2019-10')).toHaveLength(624)
    expect(inMonth('2019-11')).toHaveLength(684)
    expect(all.every(({ id }) => id > 2n ** 53n)).toBe(true)
  })

  it('divide all events among them', () => {
    expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    expect(all.every(({ share }) => share > 0)).toBe(true)
  })

  it('have codes of at most 38 characters', () => {
    expect(Math.max(...all.map(({ code }) => code.length))).toBe(38)
  })
})

describe('the size of the catalogue', () => {
  it('grows with the month, from one product a category to all there are', () => {
    expect(productsOf(1)).toBe(691)
    expect(productsOf(200_000)).toBeGreaterThan(5_000)
    expect(productsOf(42_448_764)).toBe(productsOf(67_501_979))
    expect(productsOf(110_000_000)).toBe(206_876)
  })
})

describe('the calendar', () => {
  it('has every hour of the month, leap days too', () => {
    expect(calendarOf('2020-02').begun).toHaveLength(29 * 24)
    expect(calendarOf('2019-10').begun.at(-1)).toBeCloseTo(1, 12)
  })

  it('lets nobody buy on 2019-11-15', () => {
    const { buying } = calendarOf('2019-11')
    const day = (n: number) => Array.from(buying.slice((n - 1) * 24, n * 24))
    expect(day(15).every((wish) => wish === 0)).toBe(true)
    expect(day(16).every((wish) => wish > 0)).toBe(true)
  })
})

describe('the timeline', () => {
  it('gives events second by second, in the order in which they came', () => {
    const timeline = new Timeline(10)
    for (let i = 0; i < 10_000; i++) timeline.add(i % 10, 0, i, 0, 0)
    const event = { type: 0, product: 0, user: 0, session: 0 }
    const seen: number[] = []
    for (let second = 0; second < 10; second++) while (timeline.take(second, event)) seen.push(event.product)
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, i) => (i % 1000) * 10 + Math.floor(i / 1000)))
    expect(timeline.take(0, event)).toBe(false)
  })
})

describe('copies', () => {
  it('are as many as planned even where carts are too few', () => {
    const copies = new Copies(100_000, OCTOBER)
    expect(copies.planned).toBe(71)
    expect(copies.of(CART, 50_000)).toBe(1)
    expect(copies.left).toBe(70)
  })
})

describe('special rows', () => {
  const rowsOf = (count: number, rows: number) => {
    const spread = new Spread(count, rows)
    return Array.from({ length: rows }, (_, row) => row).flatMap((row) => Array(spread.due(row)).fill(row))
  }

  it('stand in the middle of their parts of the file, none where there are none', () => {
    expect(rowsOf(2, 100)).toEqual([25, 75])
    expect(rowsOf(0, 100)).toEqual([])
  })

  it('are all given even where rows are fewer', () => {
    expect(rowsOf(5, 2)).toEqual([0, 0, 1, 1, 1])
  })
})

it('a row without a session ends in its comma', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'row-')), 'rows.csv')
  const file = await open(path, 'w')
  const writer = new RowWriter(file, catalogueFor('2019-10', 1000, OCTOBER), 1, 2)
  writer.at(0)
  writer.write({ type: CART, product: 0, user: 520_088_904, session: 7 }, false)
  await writer.end()
  await file.close()
  expect(readFileSync(path, 'utf8')).toMatch(
    /\n1970-01-01 00:00:00 UTC,cart,\d+,\d+,[^,]+,[^,]*,[0-9.]+,520088904,\n$/,
  )
  rmSync(dirname(path), { recursive: true })
})
