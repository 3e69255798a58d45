import type { DeadLetterReason } from '../../../catalog/stream.ts'
import type { StreamEvent } from '../../../stream/events.ts'
import { streamEvent } from './stream-event.ts'

type Outcome = { readonly event: StreamEvent } | { readonly reasons: readonly DeadLetterReason[] }

/** Values as they stand in JSON, by column. */
const FIELDS = {
  event_time: '"2019-10-01 00:00:00 UTC"',
  event_type: '"view"',
  product_id: '1307067',
  category_id: '2053013558920217191',
  category_code: '"computers.notebook"',
  brand: '"lenovo"',
  price: '251.74',
  user_id: '550050854',
  user_session: '"7c90fc70-0e80-4590-96f3-13c02c18c713"',
  txn_timestamp: '"2019-10-01T00:00:00.000000"',
}

/** The text of a record; a field of null is left out. */
export const recordText = (fields: Partial<Record<keyof typeof FIELDS, string | null>> = {}): string =>
  `{${Object.entries({ ...FIELDS, ...fields })
    .flatMap(([name, value]) => (value === null ? [] : `"${name}":${value}`))
    .join(',')}}`

const read = (fields: Parameters<typeof recordText>[0], event: Partial<StreamEvent>) =>
  [recordText(fields), { event: streamEvent(event) }] as const
const refused = (fields: Parameters<typeof recordText>[0], ...reasons: DeadLetterReason[]) =>
  [recordText(fields), { reasons }] as const

const asStrings = Object.fromEntries(
  Object.entries(FIELDS).map(([name, value]) => [name, value.startsWith('"') ? value : `"${value}"`]),
)
const at = (txn_timestamp: string, ms: number) => ({ txn_timestamp, time: Date.UTC(2019, 9, 1) + ms })

/** What a record is, whoever reads it: this parser, and the Flink source in Java. */
export const EVENT_CASES: Readonly<Record<string, readonly [text: string, outcome: Outcome]>> = {
  'values typed': read({}, {}),
  'all values as strings': read(asStrings, {}),
  'empty strings are null': read(
    { category_code: '""', brand: '""', price: '""', user_session: '""' },
    { category_code: null, brand: null, price: null, user_session: null },
  ),
  'nulls, and fields that are missing': read(
    { category_code: 'null', brand: null, price: 'null', user_session: null },
    { category_code: null, brand: null, price: null, user_session: null },
  ),
  'an id above 2^53 as a number': read({ user_id: '9007199254740993' }, { user_id: 9007199254740993n }),
  'an id above 2^53 as a string': read({ user_id: '"9007199254740993"' }, { user_id: 9007199254740993n }),
  'the largest id': read({ product_id: '9223372036854775807' }, { product_id: 9223372036854775807n }),
  'an id of 0': read({ product_id: '0' }, { product_id: 0n }),
  'a price of one decimal': read({ price: '5.5' }, { price: '5.50' }),
  'a price without decimals, with zeros before it': read({ price: '"0012"' }, { price: '12.00' }),
  'a price with zeros behind its decimals': read({ price: '"1.2300"' }, { price: '1.23' }),
  'the largest price': read({ price: '99999999.99' }, { price: '99999999.99' }),
  'a time without fraction': read(
    { txn_timestamp: '"2019-10-01T00:00:10"' },
    at('2019-10-01 00:00:10', 10_000),
  ),
  'a time with a blank and three digits': read(
    { txn_timestamp: '"2019-10-01 00:00:10.120"' },
    at('2019-10-01 00:00:10.12', 10_120),
  ),
  'what is finer than a millisecond is kept as text': read(
    { txn_timestamp: '"2019-10-01T00:00:00.999999999"' },
    at('2019-10-01 00:00:00.999999', 999),
  ),
  'a time with Z': read({ txn_timestamp: '"2019-10-01T23:59:59Z"' }, at('2019-10-01 23:59:59', 86_399_000)),
  'the last day of a leap February': read(
    { event_time: '"2020-02-29 00:00:00"' },
    { event_time: '2020-02-29 00:00:00' },
  ),
  'fields that nobody knows, and blanks': [
    ` ${recordText().replace('{', '{ "replay": true, "more": { "a": [1] }, ')}\n`,
    { event: streamEvent() },
  ],
  'text beyond ASCII': read({ brand: '"caf\u00e9 \\u2603"' }, { brand: 'caf\u00e9 \u2603' }),
  'half of a character': read({ brand: '"a\\ud83d b\\ude00"' }, { brand: 'a\ufffd b\ufffd' }),
  'a brand that is a number': read({ brand: '123' }, { brand: '123' }),

  'not JSON': ['{"event_time":', { reasons: ['json'] }],
  'an empty record': ['', { reasons: ['json'] }],
  'a list': ['[1, 2]', { reasons: ['json'] }],
  'a text': ['"view"', { reasons: ['json'] }],
  null: ['null', { reasons: ['json'] }],
  'a byte order mark': [`\uFEFF${recordText()}`, { reasons: ['json'] }],
  'no user': refused({ user_id: null }, 'user_id'),
  'a user that is null': refused({ user_id: 'null' }, 'user_id'),
  'a user that is empty': refused({ user_id: '""' }, 'user_id'),
  'an id beyond 64 bits': refused({ user_id: '9223372036854775808' }, 'user_id'),
  'an id of twenty digits': refused({ user_id: '10000000000000000000' }, 'user_id'),
  'an id with a fraction': refused({ user_id: '1.0' }, 'user_id'),
  'an id with an exponent': refused({ user_id: '1e3' }, 'user_id'),
  'a negative id': refused({ user_id: '-1' }, 'user_id'),
  'an id with zeros before it': refused({ user_id: '"01"' }, 'user_id'),
  'an id with a line end behind it': refused({ user_id: '"1\\n"' }, 'user_id'),
  'another event type': refused({ event_type: '"click"' }, 'event_type'),
  'a negative price': refused({ price: '-1.00' }, 'price'),
  'a price of three decimals': refused({ price: '1.005' }, 'price'),
  'a price with an exponent': refused({ price: '1e2' }, 'price'),
  'a price of nine digits': refused({ price: '100000000' }, 'price'),
  'a time that is a number': refused({ txn_timestamp: '1569888000' }, 'txn_timestamp'),
  'a time with an offset': refused({ txn_timestamp: '"2019-10-01T00:00:00+02:00"' }, 'txn_timestamp'),
  'a day that does not exist': refused({ event_time: '"2019-02-29 00:00:00 UTC"' }, 'event_time'),
  'month 13': refused({ event_time: '"2019-13-01 00:00:00 UTC"' }, 'event_time'),
  'hour 24': refused({ txn_timestamp: '"2019-10-01T24:00:00"' }, 'txn_timestamp'),
  'a leap second': refused({ txn_timestamp: '"2016-12-31T23:59:60"' }, 'txn_timestamp'),
  'a session that is an object': refused({ user_session: '{}' }, 'user_session'),
  'a brand that is true': refused({ brand: 'true' }, 'brand'),
  'every reason, in order': refused(
    { txn_timestamp: '""', event_time: '"x"', user_id: '"y"', price: '"z"', category_code: '[]' },
    'event_time',
    'category_code',
    'price',
    'user_id',
    'txn_timestamp',
  ),
}
