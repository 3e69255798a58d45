import { gzipSync } from 'node:zlib'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { csv, EVENT, event } from './curate-files.ts'

/** Files by name, with what is in them. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export const A = event({ user_id: '1' })
export const B = event({ user_id: '2' })
export const C = event({ user_id: '3' })

/** Two events each. */
export const LINE_ENDS = {
  LF: csv(A, B),
  CRLF: csv(A, B).replaceAll('\n', '\r\n'),
  CR: csv(A, B).replaceAll('\n', '\r'),
  'mixed line ends': `${CSV_HEADER}\r\n${A}\n${B}\r`,
  'no line end at the end': `${CSV_HEADER}\n${A}\n${B}`,
  'a byte order mark': `\ufeff${csv(A, B)}`,
  'blank lines': `${CSV_HEADER}\n\n${A}\n\r\n\n${B}\n\n`,
} as const

export const HEADER_ONLY = {
  'header only': CSV_HEADER,
  'header only, with a line end': `${CSV_HEADER}\r\n`,
} as const

export const LONG_LINES = {
  'a megabyte': 'x'.repeat(1_000_000),
  'three megabytes of commas': ','.repeat(3_000_000),
  'three megabytes of quotes': '"'.repeat(3_000_000),
} as const

export const LATIN = Buffer.from(
  csv(A, event({ brand: 'café' }), B, event({ brand: 'naïve', price: 'x' })),
  'latin1',
)
export const CUT = B.slice(0, 60)
export const OPEN = event({ brand: '"abc' })
export const NUL = event({ brand: 'a\0b' })
export const ODD_NAME = "it's a [file] *.csv"

const inOneFile = (contents: Readonly<Record<string, string>>): Record<string, Files> =>
  Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, { 'a.csv': content }]))

export const SINGLE = {
  'a compressed file, with a byte order mark': { 'a.csv.gz': gzipSync(`\ufeff${csv(A, 'x', B)}`) },
  'no row passes': { 'a.csv': csv('a', event({ price: '-1' })) },
  'a cut last line': { 'a.csv': `${CSV_HEADER}\n${A}\n${CUT}` },
  'an unterminated quote': { 'a.csv': csv(A, OPEN, B, C) },
  'a newline in quotes': { 'a.csv': csv(A, event({ brand: '"a\nb"' }), B) },
  'bytes that are not UTF-8': { 'a.csv': LATIN, 'b.csv': csv(C) },
  'a NUL byte': { 'a.csv': csv(A, NUL, '\0', B) },
  'control characters': { 'a.csv': csv(event({ brand: 'a\x01b' }), '\x02', event({ brand: '\x03' })) },
  'a field of a megabyte': { 'a.csv': csv(A, event({ brand: 'x'.repeat(1_000_000) })) },
  'a header again': { 'a.csv': csv(A, CSV_HEADER, B, CSV_HEADER), 'b.csv': csv(C) },
  copies: {
    'a.csv': csv(EVENT, B, EVENT, event({ price: '35.790' })),
    'b.csv': csv(EVENT, event({ brand: '"shiseido"' }), event({ brand: '' }), event({ brand: '""' })),
  },
  'a name with quotes and blanks': { [ODD_NAME]: csv(A, 'x') },
} as const satisfies Record<string, Files>

/** Every file that is curated, however bad it is: what all engines must agree on. */
export const BAD_FILES: Readonly<Record<string, Files>> = {
  ...inOneFile(LINE_ENDS),
  ...inOneFile(HEADER_ONLY),
  ...Object.fromEntries(
    Object.entries(LONG_LINES).map(([name, long]) => [`a line of ${name}`, { 'a.csv': csv(A, long, B) }]),
  ),
  ...SINGLE,
}
