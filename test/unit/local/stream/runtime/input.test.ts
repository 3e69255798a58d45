import { describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../../../../../local/kinesis/limits.ts'
import { leaveOutSent } from '../../../../../local/stream/runtime/leave-out-sent.ts'
import { StreamsSender } from '../../../../../local/stream/runtime/streams-sender.ts'
import { encodeEvent } from '../../../../../stream/simulator/encode-event.ts'
import { simulate } from '../../../../../stream/simulator/simulate.ts'
import { simulated } from '../../../../../stream/simulator/simulated.ts'
import type { SimulatedEvent } from '../../../../../stream/simulator/simulated-event.ts'
import { NAMES, openStreams, put } from './open-streams.ts'

const START = Date.UTC(2019, 9, 1)
const product = { product_id: 1n, category_id: 5n, category_code: null, brand: null, price: '1.00' }
const EVENTS = Array.from({ length: 300 }, (_, i) =>
  simulated({
    time: START + i * 100,
    type: 'view',
    product: { ...product, product_id: BigInt(i) },
    user: BigInt(i % 7),
    session: null,
  }),
)
async function* input(events: readonly SimulatedEvent[] = EVENTS) {
  yield* events
}
const sending = { pace: { kind: 'burst' }, stamp: 'event' } as const
const senderTo = ({ streams }: ReturnType<typeof openStreams>) =>
  new StreamsSender({ streams, stream: NAMES.events, unread: () => 0 })

describe('an input that begins again', () => {
  const leaving = { stream: NAMES.events, base: {}, partitionBy: 'user_id', asStrings: false } as const
  const again = (place: ReturnType<typeof openStreams>, base: Record<string, string | null> = {}) =>
    leaveOutSent(input(), { ...leaving, streams: place.streams, base })

  it('sends what is left, whatever others have sent between', async () => {
    const place = openStreams()
    put(place.streams, 3, 'of somebody else')
    await simulate({ ...sending, events: EVENTS.slice(0, 120), sender: senderTo(place) })
    put(place.streams, 3, 'of somebody else')
    await simulate({ ...sending, events: again(place), sender: senderTo(place) })
    const sent = place.texts(NAMES.events).filter((text) => text !== 'of somebody else')
    expect(sent).toHaveLength(EVENTS.length)
    expect(new Set(sent).size).toBe(EVENTS.length)
  })

  it('sends all of another input, and all where the job begins behind what was sent', async () => {
    const place = openStreams()
    put(place.streams, 3, 'of somebody else')
    expect(await Array.fromAsync(again(place))).toEqual(EVENTS)
    await simulate({ ...sending, events: EVENTS, sender: senderTo(place) })
    expect(await Array.fromAsync(again(place))).toEqual([])
    const base = Object.fromEntries(
      [0, 1].map((shard) => {
        const iterator = place.streams.iterator(NAMES.events, shard, { type: 'TRIM_HORIZON' })
        return [
          `shardId-00000000000${shard}`,
          place.streams.read(iterator).records.at(-1)?.sequenceNumber ?? null,
        ]
      }),
    )
    expect(await Array.fromAsync(again(place, base))).toEqual(EVENTS)
  })
})

describe('sending within the process', () => {
  it('sends again what a throttled stream refuses', async () => {
    const place = openStreams({ limits: { ...LIMITS.shard, putRecords: 100 } })
    const sender = senderTo(place)
    await simulate({ ...sending, events: EVENTS, sender })
    expect(sender.sent).toMatchObject({ records: EVENTS.length, events: EVENTS.length })
    expect(sender.sent.resent).toBeGreaterThan(0)
    expect(new Set(place.texts(NAMES.events)).size).toBe(EVENTS.length)
  })

  it('refuses what Kinesis would not take, and sends nothing of it', async () => {
    const place = openStreams()
    const data = Buffer.alloc(2 ** 20)
    await expect(senderTo(place).put([{ key: '7', data, events: 1 }])).rejects.toThrow(
      'A record of 7 has 1048577 bytes: Kinesis takes 1 MiB, key included.',
    )
    expect(place.texts(NAMES.events)).toEqual([])
  })

  it('goes on trying where the stream takes nothing, until it is to end; where nobody listens it fails', async () => {
    const { streams, texts } = openStreams()
    const full = new Error('database or disk is full')
    const put = vi.spyOn(streams, 'put').mockImplementation(() => {
      throw full
    })
    const stopped = new AbortController()
    const errors: unknown[] = []
    const options = {
      streams,
      stream: NAMES.events,
      unread: () => 0,
      signal: stopped.signal,
      onError: (error: unknown) => errors.push(error),
    }
    const record = { key: '7', data: Buffer.from('text'), events: 1 }
    await expect(senderTo({ ...openStreams(), streams }).put([record])).rejects.toThrow(full)
    const sending = new StreamsSender(options).put([record])
    put.mockRestore()
    await sending
    expect([errors, texts(NAMES.events)]).toEqual([[full], ['text']])

    vi.spyOn(streams, 'put').mockImplementation(() => {
      throw full
    })
    const sender = new StreamsSender(options)
    const ended = sender.put([record])
    stopped.abort()
    await ended
    expect([sender.sent.records, texts(NAMES.events)]).toEqual([0, ['text']])
  })

  it('waits while too much is unread, unless it is to end', async () => {
    const { streams, texts } = openStreams()
    const unread = vi
      .fn(() => 0)
      .mockReturnValueOnce(30_000)
      .mockReturnValueOnce(30_000)
    const [first] = EVENTS
    const { label: _, ...fields } = first as SimulatedEvent
    const data = Buffer.from(encodeEvent({ ...fields, txn_timestamp: fields.event_time }, {}))
    const record = { key: '1', data, events: 1 }
    await new StreamsSender({ streams, stream: NAMES.events, unread }).put([record])
    expect(unread).toHaveBeenCalledTimes(3)
    const signal = AbortSignal.abort()
    await new StreamsSender({ streams, stream: NAMES.events, unread: () => 30_000, signal }).put([record])
    expect(texts(NAMES.events)).toHaveLength(2)
  })
})
