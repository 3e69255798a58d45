import { bigint, counts, nullable, string, timestamp } from './column.ts'
import { userActivity } from './events.ts'
import { defineTable } from './table.ts'

const { source: _, ...event } = userActivity.columns

/** Stream 1: what the shop sends, one JSON object a record. */
export const activityStream = defineTable({
  name: 'ecomm_user_activity_stream_1',
  grain: 'One row per event that the shop sent, in the order of its shard.',
  columns: { ...event, txn_timestamp: timestamp('When the shop sent it, UTC: the time of all windows.') },
})

/** A record of stream 1 that was sent again has this field: the replay that sent it. The first sending is persisted already. */
export const REPLAY_MARK = 'replay'

/** What a record of stream 2 can be. */
export const FINDINGS = ['alert', 'kpi'] as const
export type FindingKind = (typeof FINDINGS)[number]

export const SEVERITIES = ['low', 'medium', 'high'] as const
/** `low` is recorded and goes on, nobody is called; `medium` and `high` alarm. */
export type Severity = (typeof SEVERITIES)[number]

/** Stream 2: what the rules found. */
export const findingStream = defineTable({
  name: 'ecomm_user_activity_stream_2',
  grain: 'One row per window and key in which a rule found something, or whose figures were asked for.',
  columns: {
    id: string(
      '`rule/key/window start/window end`: the same finding has the same id, however often it is made.',
    ),
    record: string('alert or kpi.'),
    rule: string('The rule or KPI.'),
    key_column: string('What the rule looks at: a column of stream 1, or all.'),
    key_value: string('Which of them, as text; all where the rule looks at all traffic.'),
    window_start: timestamp('First instant of the window, UTC.'),
    window_end: timestamp('First instant after it.'),
    measure: string('What was measured.'),
    measure_value: bigint('How much: a count, cents, or basis points.'),
    severity: nullable(string('low, medium or high; null for a KPI.')),
    threshold: nullable(bigint('The threshold of that severity that the measure passed; null for a KPI.')),
    details: counts('Further measures of the same window by name; a measure that has no value is missing.'),
    user_id: nullable(bigint('The key where it is a user.')),
    num_actions_per_watermark: nullable(bigint('The measure where it is the actions of a user.')),
  },
})

/** Why a record is no event, in the order in which reasons are given. */
export const DEAD_LETTER_REASONS = [
  'encoding',
  'json',
  'event_time',
  'event_type',
  'product_id',
  'category_id',
  'category_code',
  'brand',
  'price',
  'user_id',
  'user_session',
  'txn_timestamp',
  'future',
] as const
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number]

/** Where records go that can't be read, with their text: nothing that was sent is lost without a trace. */
export const deadLetterStream = defineTable({
  name: 'ecomm_user_activity_dead_letters',
  grain: 'One row per record of stream 1 that is no event.',
  columns: {
    raw: string(
      'The record as text, in base64 where its bytes are not UTF-8; of a very long one the beginning alone.',
    ),
    reasons: string('Every reason, by commas: encoding, json, a column, or future.'),
    shard: string('The shard in which it came.'),
    sequence_number: string('Its place there.'),
    arrived: timestamp('When Kinesis took it, UTC.'),
  },
})
