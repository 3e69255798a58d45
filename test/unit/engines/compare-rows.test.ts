import { describe, expect, test } from 'vitest'
import { compareRows } from '../../engines/compare-rows.ts'

const EXACT = { tolerance: 1e-9 }
const differencesOf = (
  ours: unknown[][],
  theirs: unknown[][],
  options: Parameters<typeof compareRows>[2] = EXACT,
) => compareRows(ours, theirs, options).differences

const ROW = [2053013555631882655n, '2019-10-01 00:00:00.000', '35.79', 0.1, 'a', null]
const withValue = (place: number, value: unknown) => [ROW.map((old, i) => (i === place ? value : old))]

test('the same rows: counted, with no difference', () => {
  expect(compareRows([ROW, ROW], [ROW, ROW], EXACT)).toEqual({
    rows: 2,
    values: 12,
    largest: 0,
    differences: [],
  })
  expect(differencesOf([], [])).toEqual([])
})

describe('is told:', () => {
  test.for([
    ['an id that is one more', 0, 2053013555631882656n],
    ['a time that is a millisecond later', 1, '2019-10-01 00:00:00.001'],
    ['a cent', 2, '35.80'],
    ['a decimal with other digits behind the point', 2, '35.790'],
    ['a rate that is off by more than the tolerance', 3, 0.1 * (1 + 1e-8)],
    ['a rate that is none', 3, Number.NaN],
    ['a rate that is null', 3, null],
    ['a text in other case', 4, 'A'],
    ['an empty text for a null', 5, ''],
    ['a zero for a null', 5, 0],
  ] as const)('%s', ([, place, value]) => {
    expect(differencesOf([ROW], withValue(place, value))).toEqual([
      expect.stringMatching(new RegExp(`^row 1, column ${place + 1}: `)),
    ])
    expect(differencesOf(withValue(place, value), [ROW]), 'the other way').toHaveLength(1)
  })

  test('a row that one side lacks, or has twice', () => {
    expect(differencesOf([ROW, ROW], [ROW])).toContain('2 rows here, 1 there')
    expect(differencesOf([ROW], [ROW, ROW])).toContain('1 rows here, 2 there')
    expect(differencesOf([ROW], [])).not.toEqual([])
  })

  test('a column more', () => {
    expect(differencesOf([ROW], [[...ROW, 1]])).toEqual(['row 1: 6 columns here, 7 there'])
    expect(differencesOf([[...ROW, 1]], [ROW])).toEqual(['row 1: 7 columns here, 6 there'])
  })

  test('another order, where the order is a part of the answer', () => {
    expect(differencesOf([['a'], ['b']], [['b'], ['a']])).toHaveLength(2)
  })

  test('the first few of many', () => {
    const many = Array.from({ length: 100 }, (_, i) => [i])
    expect(
      differencesOf(
        many,
        many.map(([i = 0]) => [i + 1]),
      ),
    ).toHaveLength(5)
  })
})

test('rates may lie apart within the tolerance; the largest distance is told', () => {
  const { differences, largest } = compareRows([[0.1]], [[0.1 * (1 + 1e-10)]], EXACT)
  expect(differences).toEqual([])
  expect(largest).toBeCloseTo(1e-10, 12)
})

test('whole numbers may lie apart only where they are estimates', () => {
  expect(differencesOf([[1000n]], [[1001n]], { tolerance: 0.1 })).toHaveLength(1)
  expect(differencesOf([[1000n]], [[1001n]], { tolerance: 0.1, estimated: true })).toEqual([])
  expect(differencesOf([[1000n]], [[1200n]], { tolerance: 0.1, estimated: true })).toHaveLength(1)
})

test('where rows have no order, rates don’t count for it', () => {
  const doubles = new Set([1])
  const ours = [
    ['a', 0.1],
    ['b', 0.2],
  ]
  const theirs = [
    ['b', 0.2 * (1 + 1e-12)],
    ['a', 0.1],
  ]
  expect(differencesOf(ours, theirs, { ...EXACT, doubles })).toEqual([])
  expect(
    differencesOf(
      ours,
      [
        ['b', 0.2],
        ['a', 0.2],
      ],
      { ...EXACT, doubles },
    ),
  ).toEqual(['row 1, column 2: 0.1 here, 0.2 there'])
})
