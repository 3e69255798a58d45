import { describe, expect, it } from 'vitest'
import { hoursAround, isInRange } from '../../../lambdas/shared/replay-hours.ts'
import { HOUR, TEN } from './fakes/replay-zone.ts'

describe('the range', () => {
  const range = { from: TEN, to: TEN + 2.5 * HOUR }

  it('is looked for one hour further at either end', () => {
    expect(hoursAround(range)).toEqual({ first: '2026-11-01T09', last: '2026-11-01T13' })
    expect(hoursAround({ from: TEN, to: TEN + 2 * HOUR })).toMatchObject({ last: '2026-11-01T12' })
  })

  it.each([
    ['sent in the range', 10, 0, true],
    ['sent just before', 10, -1, false],
    ['sent before its end, arrived in the next hour', 13, 2.5 * HOUR - 1, true],
    ['sent at its end', 12, 2.5 * HOUR, false],
    ['persisted with the hour before', 9, 60_000, true],
  ])('has by the time of sending what was %s', (_, hour, time, expected) => {
    expect(isInRange(range, TEN + (hour - 10) * HOUR, TEN + time)).toBe(expected)
  })

  it('has by its hour what has no time of sending, or one far from its arrival', () => {
    for (const time of [undefined, Date.UTC(2019, 9, 1), TEN + 40 * HOUR])
      expect([9, 10, 11, 12, 13].map((hour) => isInRange(range, TEN + (hour - 10) * HOUR, time))).toEqual([
        false,
        true,
        true,
        true,
        false,
      ])
  })

  it('has each event once, where one range follows the other', () => {
    for (let minute = -90; minute < 90; minute += 7)
      for (const hour of [-1, 0, 1]) {
        const ranges = [-2, -1, 0, 1].map((from) => ({
          from: TEN + from * HOUR,
          to: TEN + (from + 1) * HOUR,
        }))
        const time = TEN + minute * 60_000
        const near = time >= TEN + (hour - 1) * HOUR && time < TEN + (hour + 2) * HOUR
        if (near) expect(ranges.filter((one) => isInRange(one, TEN + hour * HOUR, time))).toHaveLength(1)
      }
  })
})
