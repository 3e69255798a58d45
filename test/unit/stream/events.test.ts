import { describe, expect, it } from 'vitest'
import { EVENT_GRAMMAR } from '../../../stream/event-grammar.ts'
import { parseEvent } from '../../../stream/events.ts'
import { readRecord } from '../../../stream/read-record.ts'
import { TIME } from '../../../stream/time-settings.ts'
import { EVENT_CASES, recordText } from './event-cases.ts'
import { START, streamEvent } from './stream-event.ts'

describe('a record of stream 1', () => {
  it.each(Object.entries(EVENT_CASES))('%s', (_name, [text, outcome]) => {
    expect(parseEvent(text)).toEqual(outcome)
  })

  it('has a grammar that another language can go by', () => {
    expect(
      EVENT_GRAMMAR.map(({ name, kind, nullable }) => `${name}: ${kind}${nullable ? ' or null' : ''}`),
    ).toEqual([
      'event_time: time',
      'event_type: type',
      'product_id: id',
      'category_id: id',
      'category_code: text or null',
      'brand: text or null',
      'price: price or null',
      'user_id: id',
      'user_session: text or null',
      'txn_timestamp: time',
    ])
    for (const { kind, pattern } of EVENT_GRAMMAR) expect(pattern === undefined).toBe(kind === 'text')
  })
})

describe('what arrives', () => {
  const arrived = (data: string | Uint8Array, at = START) => ({
    data: typeof data === 'string' ? Buffer.from(data) : data,
    shard: 'shardId-000000000001',
    sequenceNumber: '49660000000000000000000000000000000000000000000000000007',
    arrived: at,
  })
  const place = {
    shard: 'shardId-000000000001',
    sequence_number: '49660000000000000000000000000000000000000000000000000007',
    arrived: '2019-10-01 00:00:00',
  }

  it('is an event', () => {
    expect(readRecord(arrived(recordText()))).toEqual({ event: streamEvent() })
  })

  it('is a dead letter with its text, every reason and its place where it is none', () => {
    const text = recordText({ user_id: null, price: '"?"' })
    expect(readRecord(arrived(text))).toEqual({
      deadLetter: { raw: text, reasons: 'price,user_id', ...place },
    })
  })

  it('keeps bytes that are not UTF-8 as base64', () => {
    const bytes = Uint8Array.of(0x7b, 0xff, 0x7d)
    expect(readRecord(arrived(bytes))).toEqual({ deadLetter: { raw: 'e/99', reasons: 'encoding', ...place } })
  })

  it('refuses a byte order mark, as Java does', () => {
    expect(readRecord(arrived(`\uFEFF${recordText()}`)).deadLetter?.reasons).toBe('json')
  })

  it('is a dead letter where its time is too far ahead of its arrival: believed, it would close all windows', () => {
    const text = recordText()
    expect(readRecord(arrived(text, START - TIME.maxAhead)).event).toBeDefined()
    expect(readRecord(arrived(text, START - TIME.maxAhead - 1)).deadLetter).toMatchObject({
      raw: text,
      reasons: 'future',
    })
  })

  it('may be as old as can be: a replay', () => {
    expect(readRecord(arrived(recordText(), START + 3 * 365 * 86_400_000)).event).toBeDefined()
  })
})
