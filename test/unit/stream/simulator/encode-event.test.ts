import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../../../stream/events.ts'
import { encodeEvent } from '../../../../stream/simulator/encode-event.ts'
import { START, streamEvent } from '../stream-event.ts'

const event = streamEvent({
  user_id: 9007199254740993n,
  price: '35.70',
  brand: null,
  txn_timestamp: '2019-10-01 00:00:00.12',
  time: START + 120,
})

describe('what is sent', () => {
  it('has typed values, ids and prices with every digit', () => {
    expect(encodeEvent(event)).toBe(
      '{"event_time":"2019-10-01 00:00:00 UTC","event_type":"view","product_id":1307067,"category_id":2053013558920217191,' +
        '"category_code":"computers.notebook","brand":null,"price":35.70,"user_id":9007199254740993,' +
        '"user_session":"7c90fc70-0e80-4590-96f3-13c02c18c713","txn_timestamp":"2019-10-01T00:00:00.120000"}',
    )
  })

  it('or all as strings, "" for null', () => {
    expect(encodeEvent(event, { asStrings: true })).toContain(
      '"brand":"","price":"35.70","user_id":"9007199254740993",',
    )
  })

  it('loses the fraction of the sending time where it is zero, as Python’s isoformat does', () => {
    expect(encodeEvent(streamEvent())).toContain('"txn_timestamp":"2019-10-01T00:00:00"}')
  })

  it('is read again as it was', () => {
    const nothing = streamEvent({ category_code: null, brand: null, price: null, user_session: null })
    for (const asStrings of [false, true])
      for (const one of [event, nothing])
        expect(parseEvent(encodeEvent(one, { asStrings }))).toEqual({ event: one })
  })
})
