import { describe, expect, it } from 'vitest'
import { markedLine, parseLine } from '../../../lambdas/send-events/persisted-line.ts'
import { TEN } from './fakes/replay-zone.ts'

const parse = (text: string) => parseLine(Buffer.from(text))

describe('a persisted line', () => {
  it('has the user for its key with every digit, as a number or a text', () => {
    const id = '9007199254740993001'
    for (const user of [id, `"${id}"`])
      expect(parse(`{"user_id":${user},"txn_timestamp":"2026-11-01 10:00:01.5"}`)).toEqual({
        kind: 'event',
        partitionKey: id,
        time: TEN + 1500,
      })
    expect(parse('{"user_id":7}')).toEqual({ kind: 'event', partitionKey: '7', time: undefined })
    for (const user of ['null', '""', '{}', `"${'x'.repeat(257)}"`])
      expect(parse(`{"user_id":${user}}`)).toMatchObject({ partitionKey: 'nobody' })
  })

  it.each(['', 'no JSON', '[1]', '7', 'null', '"text"', '{"a":1', '\ufeff{"a":1}'])(
    '%j is no JSON object, and is not sent again',
    (text) => expect(parse(text)).toEqual({ kind: 'unreadable' }),
  )

  it('that is no UTF-8 is none either', () => {
    expect(parseLine(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual({ kind: 'unreadable' })
  })

  it('that has the mark was sent by a replay; the word elsewhere is no mark', () => {
    expect(parse('{"replay":"r1","user_id":1}')).toEqual({ kind: 'marked' })
    expect(parse('{"user_id":1,"replay":null}')).toEqual({ kind: 'marked' })
    expect(parse('{"user_id":1,"brand":"replay","more":{"replay":1}}')).toMatchObject({ kind: 'event' })
  })

  it('gets the mark as its first field, and keeps all the rest byte for byte', () => {
    const rest = '"user_id" : 9007199254740993001, "price":1.10, "brand":"Å\\u00e9"}\r'
    expect(markedLine(Buffer.from(` {${rest}`), 'r"1').toString()).toBe(`{"replay":"r\\"1",${rest}`)
    expect(markedLine(Buffer.from('{ }'), 'r1').toString()).toBe('{"replay":"r1" }')
    expect(parse(markedLine(Buffer.from('{}'), 'r1').toString())).toEqual({ kind: 'marked' })
  })
})
