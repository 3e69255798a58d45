import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Clock } from '../../../../local/scheduler/clock.ts'
import { systemClock } from '../../../../local/scheduler/clock.ts'
import { type Job, runScheduler } from '../../../../local/scheduler/run-scheduler.ts'
import { SCHEDULES } from '../../../../workflows/schedules.ts'
import { temporaryFolder } from '../temporary-platform.ts'

const NIGHTLY: Job = { machine: 'nightly', schedule: SCHEDULES.nightly }

/** A clock whose waits last as long as they should, or as long as the test says instead; it ends with the last of them. */
const clockFrom = (time: string, until: string, sleeps: Readonly<Record<string, string>> = {}) => {
  let now = new Date(time)
  const end = new AbortController()
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    async wait(ms) {
      waits.push(ms)
      const before = now.toISOString()
      now = new Date(sleeps[before] ?? now.getTime() + ms)
      if (now >= new Date(until)) end.abort()
    },
  }
  return { clock, signal: end.signal, waits, now: () => now.toISOString() }
}

const run = async (
  { clock, signal }: ReturnType<typeof clockFrom>,
  { jobs = [NIGHTLY], file = join(temporaryFolder(), 'scheduler.json') } = {},
) => {
  const events: string[] = []
  await runScheduler({
    jobs,
    file,
    clock,
    signal,
    async start({ machine }, at) {
      events.push(`${clock.now().toISOString()} start ${machine} ${at.toISOString()}`)
    },
    onError: (error) => events.push(`error ${(error as Error).message}`),
    missed: ({ machine }, starts) =>
      events.push(`missed ${machine} ${starts.map((start) => start.toISOString())}`),
  })
  return { events, file }
}

test('a machine is started at each time of its schedule, and no other', async () => {
  const { events } = await run(clockFrom('2026-11-22T01:59:10Z', '2026-11-24T03:00:00Z'))
  expect(events).toEqual([
    '2026-11-22T02:00:00.000Z start nightly 2026-11-22T02:00:00.000Z',
    '2026-11-23T02:00:00.000Z start nightly 2026-11-23T02:00:00.000Z',
    '2026-11-24T02:00:00.000Z start nightly 2026-11-24T02:00:00.000Z',
  ])
})

test('each machine has a schedule of its own', async () => {
  const vacuum: Job = { machine: 'vacuum', schedule: SCHEDULES.vacuum }
  const { events } = await run(clockFrom('2026-11-22T01:00:00Z', '2026-11-22T07:00:00Z'), {
    jobs: [NIGHTLY, vacuum],
  })
  expect(events.map((text) => text.split(' ').slice(1, 3).join(' '))).toEqual([
    'start nightly',
    'start vacuum',
  ])
})

test('it wakes up exactly at the time, and every minute until then', async () => {
  const time = clockFrom('2026-11-22T01:58:30Z', '2026-11-22T02:01:00Z')
  await run(time)
  expect(time.waits).toEqual([60_000, 30_000, 60_000])
})

test('a machine that slept over the time makes up for it within two hours', async () => {
  const slept = { '2026-11-22T01:59:00.000Z': '2026-11-22T03:59:00.000Z' }
  const { events } = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-22T04:30:00Z', slept))
  expect(events).toEqual(['2026-11-22T03:59:00.000Z start nightly 2026-11-22T02:00:00.000Z'])
})

test('what is later than that is missed, and told; of several starts only the last is made', async () => {
  const slept = { '2026-11-22T01:59:00.000Z': '2026-11-22T04:01:00.000Z' }
  const late = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-22T05:00:00Z', slept))
  expect(late.events).toEqual(['missed nightly 2026-11-22T02:00:00.000Z'])
  const days = { '2026-11-22T01:59:00.000Z': '2026-11-24T02:30:00.000Z' }
  const several = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-24T03:00:00Z', days))
  expect(several.events).toEqual([
    'missed nightly 2026-11-22T02:00:00.000Z,2026-11-23T02:00:00.000Z',
    '2026-11-24T02:30:00.000Z start nightly 2026-11-24T02:00:00.000Z',
  ])
})

test('what nobody started between two runs is told, and not made up for', async () => {
  const { file } = await run(clockFrom('2026-11-20T12:00:00Z', '2026-11-20T12:10:00Z'))
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ seenAt: '2026-11-20T12:09:00.000Z' })
  const { events } = await run(clockFrom('2026-11-22T02:30:00Z', '2026-11-22T03:00:00Z'), { file })
  expect(events).toEqual(['missed nightly 2026-11-21T02:00:00.000Z,2026-11-22T02:00:00.000Z'])
})

test('a clock that is set back starts nothing that was not due', async () => {
  const set = { '2026-11-22T02:00:00.000Z': '2026-11-22T01:30:00.000Z' }
  const { events } = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-22T01:45:00Z', set))
  expect(events).toEqual([])
})

test('without a file that can be read or written it starts what is due, and says once what it can not do', async () => {
  const [file, folder] = [join(temporaryFolder(), 'scheduler.json'), temporaryFolder()]
  writeFileSync(file, '{')
  const due = '2026-11-22T02:00:00.000Z start nightly 2026-11-22T02:00:00.000Z'
  const damaged = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-22T02:30:00Z'), { file })
  expect(damaged.events).toEqual([expect.stringContaining(`error ${file}`), due])
  // A folder stands in its place.
  const refused = await run(clockFrom('2026-11-22T01:59:00Z', '2026-11-22T02:30:00Z'), { file: folder })
  expect(refused.events).toEqual([expect.stringContaining('error'), expect.stringContaining('error'), due])
})

test('the real clock ends its wait with the signal', async () => {
  const controller = new AbortController()
  const waiting = systemClock.wait(60_000, controller.signal)
  controller.abort()
  await waiting
  await systemClock.wait(1, new AbortController().signal)
  expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000)
})
