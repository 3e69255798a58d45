import { KinesisServiceException, type PutRecordsCommand } from '@aws-sdk/client-kinesis'
import kinesisAggregation from 'aws-kinesis-agg'
import { describe, expect, it } from 'vitest'
import { Draws } from '../../../../local/generate/random.ts'
import { AggregatingSender } from '../../../../stream/simulator/aggregating-sender.ts'
import { KinesisSender } from '../../../../stream/simulator/kinesis-sender.ts'
import type { Outgoing } from '../../../../stream/simulator/outgoing.ts'

type Answer = (records: PutRecordsCommand['input']['Records'] & object) => (string | undefined)[] | Error

/** A stream that keeps what it takes; what it refuses, and why, is the answer's to say. */
function stream(answer: Answer = (records) => records.map(() => undefined)) {
  const kept: { key: string; data: string; hash?: string | undefined }[] = []
  const calls: number[] = []
  const send = async ({ input }: PutRecordsCommand) => {
    const records = input.Records ?? []
    calls.push(records.length)
    await new Promise((resolve) => setImmediate(resolve))
    const refused = answer(records)
    if (refused instanceof Error) throw refused
    return {
      Records: records.map(({ PartitionKey = '', Data, ExplicitHashKey }, i) => {
        const code = refused[i]
        if (code) return { ErrorCode: code }
        kept.push({
          key: PartitionKey,
          data: Buffer.from(Data ?? []).toString('latin1'),
          hash: ExplicitHashKey,
        })
        return { SequenceNumber: String(kept.length) }
      }),
    }
  }
  return { kept, calls, client: { send } as never }
}

const record = (key: string, text: string): Outgoing => ({ key, data: Buffer.from(text), events: 1 })
const open = (to: ReturnType<typeof stream>, options: { attempts?: number; signal?: AbortSignal } = {}) =>
  new KinesisSender({ client: to.client, stream: 's', pause: () => 0, ...options })

describe('records on their way to Kinesis', () => {
  it('arrive in the order of their key, once, though a third is refused', async () => {
    const draws = new Draws()
    draws.reset(7)
    const to = stream((records) =>
      records.map(() => (draws.below(3) === 0 ? 'ProvisionedThroughputExceededException' : undefined)),
    )
    const sender = open(to)
    const sent: Outgoing[] = []
    for (let batch = 0; batch < 10; batch++) {
      const records = Array.from({ length: 100 }, (_, n) =>
        record(`k${draws.below(20)}`, `${batch * 100 + n}`),
      )
      sent.push(...records)
      await sender.put(records)
    }
    await sender.flush()
    const byKey = (all: readonly { key: string; data: string | Uint8Array }[]) =>
      Map.groupBy(
        all.map(({ key, data }) => ({ key, text: Buffer.from(data as string).toString() })),
        ({ key }) => key,
      )
    expect(to.kept).toHaveLength(1000)
    for (const [key, records] of byKey(sent)) expect(byKey(to.kept).get(key)).toEqual(records)
    expect(sender.sent).toMatchObject({ records: 1000, events: 1000 })
    expect(sender.sent.resent).toBeGreaterThan(100)
  })

  it('never go two of a key in one call, nor more than 500, nor more than 5 MiB', async () => {
    const seen: string[][] = []
    const to = stream((records) => {
      seen.push(records.map(({ PartitionKey = '' }) => PartitionKey))
      return records.map(() => undefined)
    })
    const sender = open(to)
    await sender.put(Array.from({ length: 1200 }, (_, n) => record(`k${n % 700}`, 'x')))
    await sender.flush()
    for (const keys of seen) expect(new Set(keys).size).toBe(keys.length)
    expect(Math.max(...to.calls)).toBe(500)

    const large = stream()
    const other = open(large)
    await other.put(Array.from({ length: 12 }, (_, n) => record(`k${n}`, 'x'.repeat(2 ** 20 - 10))))
    await other.flush()
    expect(Math.max(...large.calls)).toBe(5)
    expect(other.sent.bytes).toBe(12 * (2 ** 20 - 10))
  })

  it('wait where too many are under way', async () => {
    const to = stream()
    const sender = open(to)
    await sender.put(Array.from({ length: 25_000 }, (_, n) => record(`k${n}`, 'x')))
    expect(to.kept.length).toBeGreaterThanOrEqual(15_000)
    await sender.flush()
    expect(to.kept).toHaveLength(25_000)
  })

  it('are sent again where the whole call is throttled', async () => {
    let refused = 3
    const to = stream((records) =>
      refused-- > 0
        ? Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' })
        : records.map(() => undefined),
    )
    const sender = open(to)
    await sender.put([record('a', '1'), record('b', '2')])
    await sender.flush()
    expect(to.kept).toHaveLength(2)
    expect(sender.sent.resent).toBe(6)
  })

  it.each([
    ['ServiceUnavailable', 503],
    ['InternalFailureException', 500],
    ['ThrottlingException', 400],
  ])('are sent again where the service answers %s', async (name, httpStatusCode) => {
    let refused = 1
    const to = stream((records) =>
      refused-- > 0
        ? new KinesisServiceException({
            name,
            $fault: httpStatusCode < 500 ? 'client' : 'server',
            $metadata: { httpStatusCode },
            message: 'not now',
          })
        : records.map(() => undefined),
    )
    const sender = open(to)
    await sender.put([record('a', '1')])
    await sender.flush()
    expect(to.kept).toHaveLength(1)
  })

  it('are given up with what is left where a record is refused again and again', async () => {
    const to = stream((records) =>
      records.map(({ PartitionKey }) => (PartitionKey === 'b' ? 'InternalFailure' : undefined)),
    )
    const sender = open(to, { attempts: 3 })
    await sender.put([record('a', '1'), record('b', '2'), record('b', '3')])
    await expect(sender.flush()).rejects.toThrow(
      'Stream s refused a record of b 3 times (InternalFailure); 2 records are not sent: send slower',
    )
    await expect(sender.put([record('c', '4')])).rejects.toThrow('refused')
  })

  it('fail at once where the stream does not exist', async () => {
    const to = stream(() => Object.assign(new Error('no stream'), { name: 'ResourceNotFoundException' }))
    const sender = open(to)
    await sender.put([record('a', '1')]).catch(() => {})
    await expect(sender.flush()).rejects.toThrow("Stream s can't be written to; 1 record is not sent")
    expect(to.calls).toHaveLength(1)
  })

  it('fail before they go where one is larger than Kinesis takes', async () => {
    const sender = open(stream())
    await expect(sender.put([record('a', 'x'.repeat(2 ** 20))])).rejects.toThrow('1 MiB, key included')
  })

  it('stop waiting at a signal', async () => {
    const controller = new AbortController()
    const to = stream((records) => records.map(() => 'InternalFailure'))
    const sender = new KinesisSender({
      client: to.client,
      stream: 's',
      pause: () => 60_000,
      signal: controller.signal,
    })
    await sender.put([record('a', '1')])
    setTimeout(() => controller.abort(), 5)
    await expect(sender.flush()).rejects.toThrow('aborted')
  })
})

describe('aggregated records', () => {
  const events = (data: string) => {
    const found: { key: string; data: string }[] = []
    kinesisAggregation.deaggregateSync(
      { data: Buffer.from(data, 'latin1').toString('base64'), partitionKey: 'x' } as never,
      true,
      (error, records) => {
        if (error) throw error
        for (const one of records ?? [])
          found.push({ key: one.partitionKey, data: Buffer.from(one.data, 'base64').toString() })
      },
    )
    return found
  }

  it('hold all events in the order of their key, each key in one part of the stream', async () => {
    const to = stream()
    const sender = new AggregatingSender(open(to))
    const sent = Array.from({ length: 300 }, (_, n) => record(`k${n % 40}`, `{"n":${n}}`))
    await sender.put(sent.slice(0, 200))
    await sender.put(sent.slice(200))
    await sender.flush()
    expect(to.kept.length).toBeLessThanOrEqual(2 * 16)
    const places = new Map<string, Set<string | undefined>>()
    const order = new Map<string, string[]>()
    for (const { data, hash } of to.kept)
      for (const event of events(data)) {
        places.set(event.key, (places.get(event.key) ?? new Set()).add(hash))
        order.set(event.key, [...(order.get(event.key) ?? []), event.data])
      }
    expect(order.size).toBe(40)
    for (const [key, found] of order)
      expect(found).toEqual(
        sent.filter((one) => one.key === key).map(({ data }) => Buffer.from(data).toString()),
      )
    for (const hashes of places.values()) expect(hashes.size).toBe(1)
    expect(sender.sent.events).toBe(300)
  })

  it('are closed before they are too large', async () => {
    const to = stream()
    const sender = new AggregatingSender(open(to))
    await sender.put(Array.from({ length: 30 }, () => record('k', 'x'.repeat(100_000))))
    await sender.flush()
    expect(to.kept.map(({ data }) => events(data).length).reduce((a, b) => a + b)).toBe(30)
    for (const { data } of to.kept) expect(data.length).toBeLessThanOrEqual(2 ** 20)
  })
})
