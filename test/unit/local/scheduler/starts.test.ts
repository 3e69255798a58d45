import { expect, test } from 'vitest'
import { nextStart, startsBetween } from '../../../../local/scheduler/starts.ts'
import { SCHEDULES } from '../../../../workflows/schedules.ts'

const at = (time: string) => new Date(time)
const iso = (time: Date | undefined) => time?.toISOString().replace(':00.000Z', 'Z')

test('the schedules that are deployed have a next time', () => {
  const sunday = at('2026-11-22T05:00Z')
  expect(iso(nextStart(SCHEDULES.nightly, sunday))).toBe('2026-11-23T02:00Z')
  expect(iso(nextStart(SCHEDULES.vacuum, sunday))).toBe('2026-11-22T06:00Z')
})

// 2026-11-22 is a Sunday.
test.each([
  ['cron(0 6 ? * 1 *)', '2026-11-22T06:00Z', 'weekdays count from 1, which is Sunday'],
  ['cron(0 6 ? * MON-FRI *)', '2026-11-23T06:00Z', 'names of weekdays'],
  ['cron(0 6 ? * 2-6 *)', '2026-11-23T06:00Z', 'a range of weekdays'],
  ['cron(0 6 ? * 6L *)', '2026-11-27T06:00Z', 'the last Friday'],
  ['cron(0 6 ? * FRIL *)', '2026-11-27T06:00Z', 'the last Friday by its name'],
  ['cron(0 6 ? * 6#3 *)', '2026-12-18T06:00Z', 'the third Friday'],
  ['cron(0 6 ? * L *)', '2026-11-28T06:00Z', 'the last day of the week is Saturday'],
  ['cron(0 6 L * ? *)', '2026-11-30T06:00Z', 'the last day of the month'],
  ['cron(0 6 5W 12 ? *)', '2026-12-04T06:00Z', 'the weekday nearest to a Saturday'],
  ['cron(0/15 * * * ? *)', '2026-11-22T05:15Z', 'steps from a number'],
  ['cron(5 4 1 JAN,JUL ? 2028)', '2028-01-01T04:05Z', 'months by name, and a year'],
  ['cron(0 0 29 2 ? *)', '2028-02-29T00:00Z', 'a day that few years have'],
])('%s starts next at %s: %s', (cron, expected) => {
  expect(iso(nextStart({ cron, timeZone: 'Etc/UTC' }, at('2026-11-22T05:00Z')))).toBe(expected)
})

test('a schedule whose years are over has no next time', () => {
  const over = { cron: 'cron(0 2 * * ? 2025)', timeZone: 'Etc/UTC' }
  expect(nextStart(over, at('2026-01-01T00:00Z'))).toBeUndefined()
  expect(startsBetween(over, at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z'))).toEqual([])
})

test('the time is that of the time zone, in winter and in summer', () => {
  const berlin = { cron: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin' }
  expect(iso(nextStart(berlin, at('2026-01-10T12:00Z')))).toBe('2026-01-11T01:00Z')
  expect(iso(nextStart(berlin, at('2026-07-10T12:00Z')))).toBe('2026-07-11T00:00Z')
})

test('a time that the clocks leave out is skipped', () => {
  const berlin = { cron: 'cron(30 2 * * ? *)', timeZone: 'Europe/Berlin' }
  expect(startsBetween(berlin, at('2026-03-27T12:00Z'), at('2026-03-30T12:00Z')).map(iso)).toEqual([
    '2026-03-28T01:30Z',
    '2026-03-30T00:30Z',
  ])
})

test.each(['cron(30 2 * * ? *)', 'cron(30 0/1 * * ? *)'])(
  'a time that the clocks repeat counts once: %s',
  (cron) => {
    const starts = startsBetween(
      { cron, timeZone: 'Europe/Berlin' },
      at('2026-10-25T00:00Z'),
      at('2026-10-25T02:00Z'),
    )
    expect(starts.map(iso)).toEqual(['2026-10-25T00:30Z'])
  },
)

test('starts between two times leave out the first and have the last', () => {
  const { nightly } = SCHEDULES
  expect(startsBetween(nightly, at('2026-11-01T02:00Z'), at('2026-11-04T02:00Z')).map(iso)).toEqual([
    '2026-11-02T02:00Z',
    '2026-11-03T02:00Z',
    '2026-11-04T02:00Z',
  ])
})

test.each(['0 2 * * *', 'cron(0 2 * * ?)', 'rate(1 day)', 'cron(0 25 * * ? *)'])('%s is refused', (cron) => {
  expect(() => nextStart({ cron, timeZone: 'Etc/UTC' }, new Date())).toThrow()
})
