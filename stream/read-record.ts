import { type DeadLetter, deadLetter } from './dead-letter.ts'
import { parseEvent, type StreamEvent } from './events.ts'
import { TIME } from './time-settings.ts'

/** A record of stream 1 as Kinesis gives it, de-aggregated. */
export interface ArrivedRecord {
  readonly data: Uint8Array
  readonly shard: string
  readonly sequenceNumber: string
  /** Kinesis' approximate arrival, in milliseconds since 1970. */
  readonly arrived: number
}

export type ReadRecord =
  | { readonly event: StreamEvent; readonly deadLetter?: undefined }
  | { readonly event?: undefined; readonly deadLetter: DeadLetter }

// A byte order mark is kept, so that it is refused here as in Java.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The event of a record, or the dead letter that it becomes: its bytes are no UTF-8, it is no event, or of the future. */
export function readRecord(record: ArrivedRecord): ReadRecord {
  const text = textOf(record.data)
  if (text === undefined) return { deadLetter: deadLetter(record, ['encoding']) }
  const { event, reasons } = parseEvent(text)
  if (!event) return { deadLetter: deadLetter(record, reasons, text) }
  if (event.time > record.arrived + TIME.maxAhead) return { deadLetter: deadLetter(record, ['future'], text) }
  return { event }
}

function textOf(data: Uint8Array): string | undefined {
  try {
    return utf8.decode(data)
  } catch {
    return undefined
  }
}
