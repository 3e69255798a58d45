import { describe, expect, it } from 'vitest'
import { isoText, parseTimestamp, timestampText } from '../../../stream/timestamp.ts'

describe('a time', () => {
  it.each([
    [Date.UTC(2019, 9, 1), '2019-10-01T00:00:00', '2019-10-01 00:00:00'],
    [Date.UTC(2019, 9, 1, 23, 59, 59, 120), '2019-10-01T23:59:59.120', '2019-10-01 23:59:59.12'],
    [Date.UTC(2019, 9, 1, 0, 0, 10, 100), '2019-10-01T00:00:10.100', '2019-10-01 00:00:10.1'],
    [Date.UTC(2020, 1, 29, 12, 0, 0, 7), '2020-02-29T12:00:00.007', '2020-02-29 12:00:00.007'],
  ])('%i is written %s and %s, and read again', (ms, iso, text) => {
    expect(isoText(ms)).toBe(iso)
    expect(timestampText(ms)).toBe(text)
    expect(parseTimestamp(iso)).toEqual({ text, ms })
    expect(parseTimestamp(text)).toEqual({ text, ms })
  })

  it('is read right whatever day came before it', () => {
    const days = ['2019-10-01 00:00:01', '2019-10-02 00:00:01', '2019-10-01 00:00:02', '1999-12-31 00:00:00']
    expect(days.map((day) => timestampText(parseTimestamp(day)?.ms ?? 0))).toEqual(days)
  })

  it.each(['', '2019-10-01', '2019-10-01T00:00', 'yesterday', '0019-10-01 00:00:00', '2019-10-01 00:00:00.'])(
    '%j is none',
    (text) => {
      expect(parseTimestamp(text)).toBeUndefined()
    },
  )
})
