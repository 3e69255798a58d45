import { Draws, keyOf } from '../../local/generate/random.ts'
import { EVENT_CASES, recordText } from '../unit/stream/event-cases.ts'

/** What may stand in JSON, or what one may take for it. */
const PIECES = [
  '',
  ' ',
  '\t',
  '\n',
  '\r',
  '\u00a0',
  '\ufeff',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u2028',
  '\u00e9',
  '\u{1F600}',
  '"',
  '\\',
  '\\"',
  '\\u0041',
  '\\ud83d',
  '\\x',
  '\\/',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '/**/',
  '//',
  '#',
  "'",
  '0',
  '00',
  '-',
  '-0',
  '+1',
  '.5',
  '5.',
  '1e5',
  '1E+2',
  '0x1F',
  'NaN',
  'Infinity',
  'true',
  'false',
  'null',
  'undefined',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999',
  '1.0',
  '12.345',
  '0.10',
  '1.2000',
  '""',
  '"x"',
  '{}',
  '[]',
  '{"a":[{"b":1}]}',
  '"user_id":5,',
  ',"user_id":"6"',
  '"replay":true,',
  '"user_id":null,',
  '2019-02-30',
  '2020-02-29',
  '24:00:00',
  '.123456789',
  '.1',
  'Z',
  ' UTC',
  '+00:00',
  'T',
  '٣',
] as const

const FIELDS = Object.keys(JSON.parse(recordText()))

/** Records of stream 1 that somebody has meddled with, the same for the same seed: about a half of them can still be read. */
export function damagedRecords(seed: number, count: number): Uint8Array[] {
  const draws = new Draws()
  draws.reset(keyOf(seed, 'damaged records'))
  const pick = <T>(all: readonly T[]): T => all[draws.next() % all.length] as T
  const at = (length: number) => draws.next() % (length + 1)
  const texts = [recordText(), ...Object.values(EVENT_CASES).map(([text]) => text)]

  const meddled = (text: string): string => {
    const place = at(text.length)
    switch (draws.next() % 5) {
      case 0:
        return text.slice(0, place) + pick(PIECES) + text.slice(place)
      case 1:
        return text.slice(0, place) + text.slice(place + 1 + (draws.next() % 3))
      case 2:
        return text.slice(0, place) + pick(PIECES) + text.slice(place + 1)
      case 3:
        return text.replace(new RegExp(`"${pick(FIELDS)}":("[^"]*"|[^,}]*)`), (found) =>
          found.replace(/:.*$/, `:${pick(['', '"'])}${pick(PIECES)}${pick(['', '"'])}`),
        )
      default:
        return text
    }
  }

  return Array.from({ length: count }, () => {
    let text = draws.next() % 3 === 0 ? pick(texts) : recordText()
    for (let times = draws.next() % 3; times >= 0; times--) text = meddled(text)
    const bytes = Buffer.from(text)
    // Also between the bytes of a character.
    if (draws.next() % 10 === 0 && bytes.length > 0) bytes[at(bytes.length - 1)] = draws.next() & 0xff
    return bytes
  })
}
