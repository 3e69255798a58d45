import { expect, test } from 'vitest'
import { parseRange } from '../../../../local/wire/s3/range.ts'

test.each([
  ['bytes=0-0', 10, { start: 0, end: 0 }],
  ['bytes=3-', 10, { start: 3, end: 9 }],
  ['bytes=3-100', 10, { start: 3, end: 9 }],
  ['bytes=-4', 10, { start: 6, end: 9 }],
  ['bytes=-40', 10, { start: 0, end: 9 }],
  ['bytes=5-3', 10, undefined],
  ['bytes=0-1,4-5', 10, undefined],
  ['lines=0-1', 10, undefined],
  ['bytes=-', 10, undefined],
  [undefined, 10, undefined],
])('%j of %d bytes', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected)
})

test.each([
  ['bytes=10-', 10],
  ['bytes=0-', 0],
  ['bytes=-0', 10],
  ['bytes=-5', 0],
])('%j of %d bytes can not be satisfied', (header, size) => {
  expect(() => parseRange(header, size)).toThrow(/not satisfiable/)
})
