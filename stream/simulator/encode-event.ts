import { exactJson } from '../../catalog/exact-json.ts'
import { activityStream } from '../../catalog/stream.ts'
import type { StreamEvent } from '../events.ts'

const COLUMNS = Object.entries(activityStream.columns)

type RawJson = (text: string) => unknown
const { rawJSON } = JSON as unknown as { rawJSON: RawJson }

/** As the CSV files have it. */
const eventTime = (text: string) => `${text} UTC`
/** As simulators of this family write it: ISO 8601 without zone, with six digits of the fraction, or none where it is zero. */
const sentTime = (text: string) => {
  const [whole = '', fraction = ''] = text.replace(' ', 'T').split('.')
  return fraction === '' ? whole : `${whole}.${fraction.padEnd(6, '0')}`
}

/** An event as one line of JSON: values typed, or all as texts with `""` for null. */
export function encodeEvent(event: StreamEvent, { asStrings = false } = {}): string {
  const fields = COLUMNS.map(([name, { kind }]) => {
    const value = event[name as keyof StreamEvent]
    const text =
      name === 'event_time'
        ? eventTime(event.event_time)
        : name === 'txn_timestamp'
          ? sentTime(event.txn_timestamp)
          : value
    if (asStrings) return [name, text === null ? '' : String(text)]
    return [name, kind === 'decimal' && text !== null ? rawJSON(String(text)) : text]
  })
  return exactJson(Object.fromEntries(fields))
}
