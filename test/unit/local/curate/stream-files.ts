import { gzipSync } from 'node:zlib'
import type { SliceManifest } from '../../../../lambdas/shared/documents.ts'
import { EVENT_CASES, recordText } from '../../stream/event-cases.ts'

/** Folders of persisted objects, by what they are to the slice of October 2019. */
export const HOURS = {
  within: 'p_year=2019/p_month=10/p_day=05/p_hour=07/',
  first: 'p_year=2019/p_month=10/p_day=01/p_hour=00/',
  last: 'p_year=2019/p_month=10/p_day=31/p_hour=23/',
  before: 'p_year=2019/p_month=09/p_day=30/p_hour=23/',
  after: 'p_year=2019/p_month=11/p_day=01/p_hour=00/',
} as const

/** Objects by hour, as lines: each hour becomes one object. */
export type StreamFiles = Readonly<Partial<Record<keyof typeof HOURS, readonly string[]>>>

/** What a manifest says of the shared hours where both neighbours are there. */
export const SHARED: SliceManifest['hours'] = {
  own: 'p_year=2019/p_month=10/',
  toBefore: HOURS.first,
  toAfter: HOURS.last,
}

const at = (time: string, user: number, more: Parameters<typeof recordText>[0] = {}) =>
  recordText({ txn_timestamp: `"${time}"`, user_id: String(user), ...more })
const marked = (line: string, mark = '"night-1"') => line.replace(/}$/, `,"replay":${mark}}`)

export const objectOf = (lines: readonly (string | Uint8Array)[]): Buffer =>
  gzipSync(Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])))

const A = at('2019-10-05T07:00:00.123456', 1)
const B = at('2019-10-05T07:00:01', 2)

/** Every case of the live grammar; a user of its own tells the events apart. */
const grammar = Object.values(EVENT_CASES).map(([text]) => text)

/** Slices that are curated, by name. */
export const STREAM_CASES: Readonly<Record<string, StreamFiles>> = {
  'two events': { within: [A, B] },
  'every case of the live grammar': { within: grammar },
  'no line': { within: [] },
  'no event': { within: ['x', '{}', at('2019-10-05T07:00:00', -1)] },
  'copies, and what differs in what is not kept': {
    within: [
      A,
      B,
      A,
      at('2019-10-05T07:00:00.123457', 1),
      at('2019-10-05T07:00:00.123456', 1, { event_time: '"2019-10-04 00:00:00 UTC"' }),
    ],
    last: [A],
  },
  'replayed lines': {
    within: [A, marked(A), marked(B), marked('{}'), marked(B, 'null'), marked(B, '{"a":1}')],
  },
  'events on both sides of both borders': {
    before: [
      at('2019-09-30T23:59:59.999999', 1),
      at('2019-10-01T00:00:00', 2),
      'x',
      marked(at('2019-10-01T00:00:00', 3)),
      at('2019-11-01T00:00:00', 4),
    ],
    first: [
      at('2019-09-30T23:59:59.999', 11),
      at('2019-10-01T00:00:00', 12),
      at('2019-08-31T23:59:59', 13),
      at('2019-11-01T00:00:00', 14),
      at('2019-09-30T23:59:59', 15, { price: '-1' }),
      marked(at('2019-09-30T23:59:58', 16)),
    ],
    within: [at('2019-09-30T23:59:59', 21), at('2019-11-01T00:00:00', 22), at('2019-10-15T00:00:00', 23)],
    last: [at('2019-10-31T23:59:59.9999', 31), at('2019-11-01T00:00:00', 32), at('2019-12-01T00:00:00', 33)],
    after: [at('2019-10-31T23:59:59.9999', 41), at('2019-11-01T00:00:00', 42), 'y', at('2019-10-31', 43)],
  },
  'texts that few writers send': {
    within: [
      at('2019-10-05T07:00:00', 1, { brand: '"\\u043b\\u044e\\ud83d\\ude00"' }),
      at('2019-10-05T07:00:00', 2, { brand: '"a\\u0000b"' }),
      at('2019-10-05T07:00:00', 3, { brand: '"\\ud83d"' }),
      at('2019-10-05T07:00:00', 4, { brand: '"a\\nb\\t\\"c\\\\"', category_code: '"a\\/b"' }),
      at('2019-10-05T07:00:00', 5, { brand: '"\u00e9\u{1f600}"' }),
      at('2019-10-05T07:00:00', 6, { brand: '1e400' }),
      at('2019-10-05T07:00:00', 7, { brand: '-0' }),
      at('2019-10-05T07:00:00', 8, { brand: '[1,{"a":"b"}]' }),
      at('2019-10-05T07:00:00', 9, { brand: '"a\0b"' }),
      at('2019-10-05T07:00:00', 10, { brand: '"a\tb"' }),
      at('2019-10-05T07:00:00', 11, { brand: '"caf\ufffd"' }),
      at('2019-10-05T07:00:00', 12, { brand: '"\\ufffd"' }),
      at('2019-10-05T07:00:00', 13, { brand: `"${'x'.repeat(100_000)}"` }),
      at('2019-10-05T07:00:00', 14).replace('"brand"', '"Brand"'),
      at('2019-10-05T07:00:00', 15).replace('"brand":', '"brand":"first","brand":'),
      at('2019-10-05T07:00:00', 16).replace('"brand"', '"\\u0062rand"'),
      at('2019-10-05T07:00:00', 17).replace('"brand"', '"__proto__":1,"brand"'),
    ],
  },
  'what engines forgive': {
    within: [
      A.replaceAll('"', "'"),
      A.replace(/}$/, ',}'),
      A.replace('"brand"', 'brand'),
      A.replace('251.74', 'NaN'),
      A.replace('251.74', 'Infinity'),
      A.replace('251.74', '+1'),
      A.replace('251.74', '.5'),
      A.replace('251.74', '5.'),
      A.replace('251.74', '01'),
      A.replace('251.74', '0x1'),
      `${A} x`,
      `${A}${A}`,
      `${A},`,
      `// c\n${A} /* c */`,
      `\u00a0${A}`,
      `\ufeff${A}`,
      ` \t${A} \t`,
      A.slice(0, -1),
    ],
  },
  'nested deeper than anybody needs': {
    within: [500, 499, 498].map((depth, i) =>
      A.replace('"brand"', `"more":${'['.repeat(depth)}${']'.repeat(depth)},"brand"`).replace(
        '"user_id":1',
        `"user_id":${i}`,
      ),
    ),
  },
  'line ends': { within: [`${A}\r`, '', '  ', `${B}\r\r${A}`, A.replace(',', ',\r')] },
  'a byte order mark at the beginning': { first: [`\ufeff${A}`, B] },
  'times and prices of every form': {
    within: [
      '2019-10-05 07:00:00 UTC',
      '2019-10-05T07:00:00Z',
      '2019-10-05T07:00:00.1',
      '2019-10-05T07:00:00.000999',
      '2019-10-31T23:59:59.999999999',
      '2019-10-05T07:00:00.1234567890',
      '2019-10-05T07:00:00.',
      '2019-10-05T07:00',
      '2019-10-32T00:00:00',
      '2019-02-29T00:00:00',
      '1582-10-10T00:00:00',
      '0999-10-10T00:00:00',
      '2019-10-05T07:00:00z',
      '2019-10-05T07:00:00\\n',
      '\u0662019-10-05T07:00:00',
    ]
      .map((time, i) => at(time, i))
      .concat(
        ['0', '0.00', '000000001.50', '1.5000', '99999999.999', '"1,5"', 'true', '"-0"', '-0', '"1e1"'].map(
          (price, i) => at('2019-10-05T07:00:00', 100 + i, { price }),
        ),
      ),
  },
}
