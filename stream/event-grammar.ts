import type { Column } from '../catalog/column.ts'
import { EVENT_TYPES } from '../catalog/events.ts'
import { activityStream } from '../catalog/stream.ts'
import { TIMESTAMP_PATTERN } from '../catalog/timestamp-pattern.ts'

/** What a field's text has to be. `id` is also at most 2^63 - 1, and the day of a `time` has to exist. */
export type FieldKind = 'id' | 'price' | 'text' | 'time' | 'type'

export interface Field {
  readonly name: string
  readonly kind: FieldKind
  /** Null, a field that is missing, and `""` are null. */
  readonly nullable: boolean
  /** A regular expression of the whole text, which JavaScript and Java read alike; none for a text. */
  readonly pattern?: string
}

const PATTERNS: Readonly<Record<Exclude<FieldKind, 'text'>, string>> = {
  id: '^(0|[1-9][0-9]{0,18})$',
  price: '^[0-9]{1,8}(\\.[0-9]{1,2}0*)?$',
  time: TIMESTAMP_PATTERN,
  type: `^(${EVENT_TYPES.join('|')})$`,
}

const kindOf = (name: string, { kind }: Column): FieldKind => {
  if (name === 'event_type') return 'type'
  return kind === 'bigint' ? 'id' : kind === 'decimal' ? 'price' : kind === 'timestamp' ? 'time' : 'text'
}

/**
 * The fields of an event in stream 1, as text: numbers are the digits that stand in the JSON. The embedded parser goes by it,
 * and so does the Flink source in Java.
 */
export const EVENT_GRAMMAR: readonly Field[] = Object.entries(activityStream.columns).map(
  ([name, column]) => {
    const kind = kindOf(name, column)
    return { name, kind, nullable: column.nullable, ...(kind !== 'text' && { pattern: PATTERNS[kind] }) }
  },
)
