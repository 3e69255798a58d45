import aggregation from 'aws-kinesis-agg'
import { expect, test, vi } from 'vitest'
import { handler } from '../../../../lambdas/detect-high-event-volume/handler.ts'
import { lineSink } from '../../../../lambdas/shared/line-sink.ts'
import { findingJson } from '../../../../stream/findings.ts'
import { alert, eventOf, openServices } from './detect-harness.ts'

const fine = { batchItemFailures: [] }
const failed = (...sequenceNumbers: string[]) => ({
  batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })),
})

test('an alert is recorded, opens an incident, and somebody is told what happened and what to do', async () => {
  const services = await openServices()
  expect(await handler(eventOf(alert({ value: 12n })))).toEqual(fine)
  expect(await services.alerts()).toMatchObject([
    {
      ddb_partition_key: 'alert#high-event-volume#7',
      ddb_sort_key: Date.UTC(2019, 9, 1),
      id: 'high-event-volume/7/2019-10-01T00:00:00/2019-10-01T00:00:10',
      severity: 'high',
      measure_value: 12,
      state: 'done',
      expires_at: expect.any(Number),
    },
  ])
  expect(await services.bySeverity('high')).toMatchObject([
    { rule: 'high-event-volume', key_value: '7', told: 'high' },
  ])
  const [message, ...others] = services.messages()
  expect(others).toEqual([])
  expect(message?.Subject).toBe('HIGH: high-event-volume, user_id 7')
  for (const part of [
    'User 7 did 12 different things in 10 seconds',
    'What to do: Block the user',
    'Since:      2019-10-01 00:00:00 UTC',
    'Measure:    actions 12, threshold 10, the worst so far 12',
    'lake -- alerts --all',
    '{"S":"alert#high-event-volume#7"}',
    'high-event-volume/7/2019-10-01T00:00:00/2019-10-01T00:00:10',
  ])
    expect(message?.Message).toContain(part)
})

test('the same alert again, in the batch, in a retry or in a replay, changes and tells nothing', async () => {
  const services = await openServices()
  await handler(eventOf(alert(), alert()))
  const before = await services.incidents()
  expect(await handler(eventOf(alert()))).toEqual(fine)
  expect(await services.incidents()).toEqual(before)
  expect(await services.alerts()).toHaveLength(1)
  expect(services.messages()).toHaveLength(1)
})

test('an attack that goes on is one incident that grows, and one message', async () => {
  const services = await openServices()
  const windows = Array.from({ length: 30 }, (_, at) => alert({ at: at * 10, value: BigInt(11 + at) }))
  for (let at = 0; at < windows.length; at += 7) await handler(eventOf(...windows.slice(at, at + 7)))
  expect(await services.incidents()).toMatchObject([
    {
      since: Date.UTC(2019, 9, 1),
      until: Date.UTC(2019, 9, 1, 0, 5),
      peak: 40,
      peak_alert: expect.stringContaining('T00:04:50/'),
    },
  ])
  expect(await services.alerts()).toHaveLength(30)
  expect(services.messages()).toHaveLength(1)
})

test('the worst of a level that falls is the least of it, and is told in per cent', async () => {
  const services = await openServices()
  const drop = (at: number, value: bigint) => ({
    ...alert({ rule: 'conversion-drop', at, value }),
    measure: 'level',
    threshold: 1000n,
    details: { orders: 1n, sessions: 200n, orders_before: 120n, sessions_before: 1200n },
  })
  await handler(eventOf(drop(0, 500n), drop(10, 200n), drop(20, 700n)))
  expect(await services.incidents()).toMatchObject([
    { peak: 200, peak_alert: expect.stringContaining('T00:00:10/') },
  ])
  expect(services.messages()[0]?.Message).toContain(
    'Measure:    level 5 %, threshold 10 %, the worst so far 5 %',
  )
})

test('after a pause of more than five minutes it is another incident', async () => {
  const services = await openServices()
  await handler(eventOf(alert({ at: 0 }), alert({ at: 310 }), alert({ at: 630 })))
  expect((await services.incidents()).map(({ since }) => since).toSorted()).toEqual([
    Date.UTC(2019, 9, 1),
    Date.UTC(2019, 9, 1, 0, 10, 30),
  ])
  expect(services.messages()).toHaveLength(2)
})

test('windows that come late join their incident and do not tell again', async () => {
  const services = await openServices()
  await handler(eventOf(alert({ at: 100 }), alert({ at: 60 }), alert({ at: 0 })))
  expect(await services.incidents()).toMatchObject([{ since: Date.UTC(2019, 9, 1) }])
  expect(services.messages()).toHaveLength(1)
})

test('nobody is called for a low alert, once for a medium one, and once more when it becomes high', async () => {
  const services = await openServices()
  await handler(eventOf(alert({ at: 0, severity: 'low' })))
  expect(services.messages()).toEqual([])
  await handler(eventOf(alert({ at: 10, severity: 'medium' }), alert({ at: 20, severity: 'low' })))
  expect(services.messages().map(({ Subject }) => Subject)).toEqual(['MEDIUM: high-event-volume, user_id 7'])
  await handler(eventOf(alert({ at: 30, severity: 'high' }), alert({ at: 40, severity: 'medium' })))
  expect(services.messages().map(({ Message }) => /Severity: .*/.exec(Message)?.[0])).toEqual([
    'Severity:   medium',
    'Severity:   high (it was medium)',
  ])
  expect(await services.incidents()).toMatchObject([{ incident_severity: 'high', told: 'high' }])
})

test('users and rules have incidents of their own, ids above 2^53 exactly', async () => {
  const services = await openServices()
  const user = 2n ** 60n + 1n
  await handler(eventOf(alert({ user }), alert({ user: user + 1n }), alert({ user, rule: 'slow-crawler' })))
  expect(
    (await services.incidents()).map(({ rule, key_value }) => `${rule} ${key_value}`).toSorted(),
  ).toEqual([
    'high-event-volume 1152921504606846977',
    'high-event-volume 1152921504606846978',
    'slow-crawler 1152921504606846977',
  ])
  expect(services.messages()).toHaveLength(3)
})

test('a rule that this deployment does not know is told of in plain figures', async () => {
  const services = await openServices()
  await handler(eventOf(alert({ rule: 'new-rule' })))
  expect(services.messages()[0]?.Message).toContain('actions of user_id 7 was 12')
})

test('a record that is no finding is the only one that fails, and its message names it', async () => {
  const services = await openServices()
  expect(await handler(eventOf(alert({ user: 1n }), 'not JSON', '{"a":1}', alert({ user: 2n })))).toEqual(
    failed('101', '102'),
  )
  expect(await services.alerts()).toHaveLength(2)
})

test('records that the KPL packed into one are taken one by one; a damaged package fails whole', async () => {
  const services = await openServices()
  const packed = await new Promise<Buffer>((done, refuse) => {
    const records = [alert({ at: 0 }), alert({ at: 10 }), alert({ user: 8n })].map((finding) => ({
      partitionKey: finding.key_value,
      data: Buffer.from(findingJson(finding)),
    }))
    const take = ({ data }: { data: Buffer }, next: () => void) => {
      done(data)
      next()
    }
    aggregation.aggregate(records, take, () => {}, refuse)
  })
  const damaged = Buffer.from(packed)
  damaged[40] = (damaged[40] ?? 0) ^ 1
  expect(await handler(eventOf(packed, damaged))).toEqual(failed('101'))
  expect(await services.alerts()).toHaveLength(3)
  expect(services.messages()).toHaveLength(2)
})

test('figures that are no alert are left to others', async () => {
  const services = await openServices()
  expect(await handler(eventOf({ ...alert(), record: 'kpi', severity: null, threshold: null }))).toEqual(fine)
  expect(await services.alerts()).toEqual([])
})

test.each(['sns', 'dynamodb'] as const)(
  'while %s is away, alerts fail; the retry brings them to their end, once',
  async (what) => {
    const services = await openServices()
    services.refuse(what, true)
    expect(await handler(eventOf(alert(), alert({ at: 10 })))).toEqual(failed('100', '101'))
    expect(services.messages()).toEqual([])
    services.refuse(what, false)
    expect(await handler(eventOf(alert(), alert({ at: 10 })))).toEqual(fine)
    await handler(eventOf(alert(), alert({ at: 10 })))
    expect(services.messages()).toHaveLength(1)
    expect(await services.incidents()).toMatchObject([
      { until: Date.UTC(2019, 9, 1, 0, 0, 20), told: 'high' },
    ])
    expect((await services.alerts()).map(({ state }) => state)).toEqual(['done', 'done'])
  },
)

test('metrics count new alerts by rule and severity; users are no dimension', async () => {
  await openServices()
  const lines: string[] = []
  await lineSink.run(
    (line) => lines.push(line),
    () => handler(eventOf(alert(), alert(), alert({ user: 9n, severity: 'low' }), 'no finding')),
  )
  const metrics = lines
    .filter((line) => line.includes('_aws'))
    .map((line) => JSON.parse(line))
    .toSorted((a, b) => (a.severity < b.severity ? -1 : 1))
  expect(metrics).toHaveLength(2)
  expect(metrics[0]).toMatchObject({
    rule: 'high-event-volume',
    severity: 'high',
    'ecomm-user-high-volume-events': 1,
    _aws: { CloudWatchMetrics: [{ Namespace: 'ecommerce-namespace-1' }] },
  })
  for (const { _aws } of metrics)
    expect(_aws.CloudWatchMetrics[0].Dimensions.flat().toSorted()).toEqual(['rule', 'service', 'severity'])
  const failures = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'ERROR')
  expect(failures.map(({ error }) => error.message)).toEqual([
    expect.stringContaining('shardId-000000000000:103 (partition key k) is no finding'),
  ])
})

test('what the function was not told is named', async () => {
  await openServices()
  vi.stubEnv('topic_arn', '')
  await expect(handler(eventOf(alert()))).rejects.toThrow('topic_arn')
})
