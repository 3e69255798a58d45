import { parseExactJson } from '../../catalog/exact-json.ts'
import { REPLAY_MARK } from '../../catalog/stream.ts'
import { MOST_NESTED, STREAM_TEXTS } from '../../glue-jobs/stream-fields.ts'

const COLUMNS = STREAM_TEXTS.slice(0, -2)
const OPENING = /[[{]/g

type Fields = (string | null)[]

/** The texts of a line of JSON as `STREAM_TEXTS` has them, null where it is no object; `json_fields` in `curate.py` gives the same. */
export function jsonFields(line: string): Fields | null {
  const record = objectOf(line)
  if (!record) return null
  const odd = COLUMNS.filter((name) => isOdd(record[name]))
  const fields: Fields = [
    ...COLUMNS.map((name) => textOf(record[name])),
    odd.length > 0 ? odd.join(' ') : null,
    Object.hasOwn(record, REPLAY_MARK) ? REPLAY_MARK : null,
  ]
  // Only an escape can write such a character.
  return !line.includes('\\u') || fields.every(isStorable) ? fields : null
}

/** Numbers come as the digits that stand there. */
const isOdd = (value: unknown): boolean => value != null && typeof value !== 'string'

const textOf = (value: unknown): string | null => {
  if (value == null || value === '') return null
  return typeof value === 'string' ? value : 'odd'
}

/** No Parquet column of text can hold half of a surrogate pair, and NUL is refused in CSV too. */
const isStorable = (text: string | null): boolean =>
  text === null || (text.isWellFormed() && !text.includes('\0'))

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (isDeep(line)) return undefined
  try {
    const value = parseExactJson(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Nearly every line has one. */
const isDeep = (line: string): boolean =>
  line.length > MOST_NESTED && (line.match(OPENING)?.length ?? 0) > MOST_NESTED
