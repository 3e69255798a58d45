import { parseExactJson } from '../../catalog/exact-json.ts'
import { REPLAY_MARK } from '../../catalog/stream.ts'
import { parseTimestamp } from '../../stream/timestamp.ts'

/** A line of a persisted object. */
export type PersistedLine =
  | {
      readonly kind: 'event'
      /** What spreads records over shards: the user, as simulator and shop do. */
      readonly partitionKey: string
      /** `txn_timestamp` in milliseconds since 1970; undefined where it has none that can be read. */
      readonly time: number | undefined
    }
  /** A replay has sent it: the first sending is persisted too. */
  | { readonly kind: 'marked' }
  /** No JSON object. */
  | { readonly kind: 'unreadable' }

/** The key of events without user: they are no events to the rules, and go the way that they went. */
const NOBODY = 'nobody'
const LONGEST_KEY = 256

// A byte order mark is kept, so that it is refused as the rules refuse it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads just so much of a line as sending it again takes. */
export function parseLine(bytes: Uint8Array): PersistedLine {
  const fields = fieldsOf(bytes)
  if (!fields) return { kind: 'unreadable' }
  if (Object.hasOwn(fields, REPLAY_MARK)) return { kind: 'marked' }
  const { user_id: user, txn_timestamp: sent } = fields
  const isKey = (typeof user === 'string' || typeof user === 'number') && user !== ''
  const key = isKey ? String(user) : NOBODY
  return {
    kind: 'event',
    partitionKey: key.length <= LONGEST_KEY ? key : NOBODY,
    time: typeof sent === 'string' ? parseTimestamp(sent)?.ms : undefined,
  }
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fieldsOf(bytes: Uint8Array): Fields | undefined {
  try {
    const text = utf8.decode(bytes)
    const fields: unknown = JSON.parse(text)
    if (!isObject(fields)) return undefined
    // The slower way is only for the few numbers that would lose digits.
    const isExact = typeof fields.user_id !== 'number' || Number.isSafeInteger(fields.user_id)
    return isExact ? fields : (parseExactJson(text) as Fields)
  } catch {
    return undefined
  }
}

const OPEN = '{'.charCodeAt(0)
/** What JSON takes for a blank. */
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])
const CLOSE = '}'.charCodeAt(0)

/** The line with the mark as its first field; all the rest stays byte for byte, so that ids keep their digits. */
export function markedLine(bytes: Uint8Array, mark: string): Buffer {
  const begin = bytes.indexOf(OPEN) + 1
  const rest = bytes.subarray(begin)
  const isEmpty = rest.find((byte) => !BLANKS.has(byte)) === CLOSE
  const field = `{${JSON.stringify(REPLAY_MARK)}:${JSON.stringify(mark)}${isEmpty ? '' : ','}`
  return Buffer.concat([Buffer.from(field), rest])
}
