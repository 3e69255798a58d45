import { beforeEach, expect, it, vi } from 'vitest'
import { handler as recordReplay } from '../../../lambdas/record-replay/handler.ts'
import { sendEvents } from '../../../lambdas/send-events/send-events.ts'
import { type FakeAws, fakeAws, LAKE_BUCKET } from './fakes/fake-aws.ts'
import { begin, fakeStream, line, NOW, persist, REPLAY } from './fakes/replay-zone.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.described.set(REPLAY.execution, {
    status: 'RUNNING',
    startDate: new Date(NOW),
    input: '{"startedBy":"ann"}',
  })
  fakeStream()
})
const document = (name: string) => aws.s3.json(LAKE_BUCKET, `control/runs/replay-again/${name}.json`)
async function record(lines: readonly string[]) {
  persist(aws, 10, 'a', lines)
  await begin(0, 3600)
  await sendEvents(REPLAY, { roundMs: 60_000 })
  return recordReplay({ ...REPLAY, startedAt: NOW })
}

it('a replay leaves its figures, the record of a run and a row of the audit, and tells', async () => {
  const { subject, message } = await record([line(1, 1), line(2, 7000), '?', line(3, 1, { replay: 'r0' })])
  expect(document('replay')).toMatchObject({
    mark: 'again',
    counts: { sent: 1, outside: 1, marked: 1, unreadable: 1, ahead: 0, tooLarge: 0 },
    rounds: 1,
    startedAt: NOW,
  })
  expect(document('run')).toMatchObject({
    run: 'replay-again',
    status: 'replayed',
    warnings: [],
    error: null,
  })
  const [audit = ''] = aws.s3.keys(LAKE_BUCKET).filter((key) => key.startsWith('audit/runs/'))
  expect(JSON.parse(aws.s3.objects.get(`${LAKE_BUCKET}/${audit}`)?.bytes.toString() ?? '')).toMatchObject({
    run: 'replay-again',
    machine: 'ecomm-replay-dev',
    outcome: 'replayed',
    started_by: 'ann',
    cost_usd: null,
  })
  expect(subject).toBe('[dev] Events replayed: 1')
  expect(message).toMatch(
    /1 events that arrived from 2026-11-01T10:00.* were sent into stream 1 again, marked "again"/,
  )
  expect(message).toContain(
    'Left out: 1 of other times, 1 that a replay had sent, 1 lines that are no JSON object, 0 with a time',
  )
})

it('that found all of it sent before says so', async () => {
  const { subject, message } = await record([line(1, 1, { replay: 'r0' })])
  expect(subject).toBe('[dev] Events replayed: 0')
  expect(message).toMatch(/^Nothing of 2026-11-01T10:00:00.000Z to .* was left to send again\./)
})

it('warns of what could not be sent, by name', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const { message } = await record([line(1, 1, { brand: 'x'.repeat(2 ** 20 - 80) }), line(2, 1)])
  expect(message).toMatch(/1 events are larger than Kinesis takes .*p_hour=10\/a\.json\.gz line 1/)
  expect(document('run').warnings).toHaveLength(1)
})

it('that went up to the moment of its start says what may not have been persisted by then', async () => {
  persist(aws, 23, 'a', [line(1, 13 * 3600 + 60)])
  await begin(13 * 3600, 14 * 3600)
  await sendEvents(REPLAY, { roundMs: 60_000 })
  const { message } = await recordReplay({ ...REPLAY, startedAt: NOW })
  expect(message).toContain(
    'What arrived after 2026-11-01T23:30:00.000Z may not have been persisted when this began',
  )
  expect(document('run').warnings).toHaveLength(1)
})
