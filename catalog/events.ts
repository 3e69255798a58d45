import { bigint, decimal, nullable, string, strings, timestamp } from './column.ts'
import { defineTable } from './table.ts'

/** Where events come from: exported files, or what Firehose persisted of the stream. */
export const EVENT_SOURCES = ['csv', 'stream'] as const
export type EventSource = (typeof EVENT_SOURCES)[number]

/** The event types that a shop sends; anything else is rejected. */
export const EVENT_TYPES = ['view', 'cart', 'remove_from_cart', 'purchase'] as const
export type EventType = (typeof EVENT_TYPES)[number]

const event = {
  event_time: timestamp('When it happened, UTC.'),
  event_type: string('view, cart, remove_from_cart or purchase.'),
  product_id: bigint('Product.'),
  category_id: bigint('Category of the product; above 2^53.'),
  category_code: nullable(string('Readable path of the category; about a third of events have none.')),
  brand: nullable(string('Brand in lower case.')),
  price: nullable(decimal(10, 2, 'Price of one piece; 0.00 where the shop had none.')),
  user_id: bigint('Visitor, stable over sessions.'),
  user_session: nullable(string('Session; a few hundred belong to more than one user.')),
}

/** The partition key of every table in the lake. */
export const versionKey = { version: string('Immutable version of a slice: `<source>-<month>@<run>`.') }

/** The nine columns of the raw CSV in their order, all text there. The header must be exactly these names. */
export const CSV_COLUMNS = Object.keys(event)
export const CSV_HEADER = CSV_COLUMNS.join(',')

/** Events that passed curation, as written by the Glue job. `category_id` is the partition key, not a file column. */
const { category_id, ...fileColumns } = event
export const curatedEvents = defineTable({
  name: 'ecomm_user_activity_parquet',
  grain: 'One row per distinct event of a slice.',
  columns: fileColumns,
  partitionKeys: { ...versionKey, category_id },
})

/** Why a row was rejected; a row keeps all its reasons, in this order. */
export const REJECT_REASONS = [
  'encoding',
  'column_count',
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
  'outside_month',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** Those that only a line of JSON can have: in CSV every text is one. */
const OF_JSON = ['json', 'category_code', 'brand', 'user_session', 'txn_timestamp'] as const
export type JsonRejectReason = (typeof OF_JSON)[number]

const isOfJson = (reason: RejectReason): reason is JsonRejectReason =>
  OF_JSON.some((other) => other === reason)

/** The reasons of each source's lines, in their order. */
export const CSV_REJECT_REASONS = REJECT_REASONS.filter((reason) => !isOfJson(reason)) as Exclude<
  RejectReason,
  JsonRejectReason
>[]
export const STREAM_REJECT_REASONS = REJECT_REASONS.filter((reason) => reason !== 'column_count')

export const quarantinedRows = defineTable({
  name: 'ecomm_user_activity_quarantine',
  grain: 'One row per rejected line of a raw file.',
  columns: {
    raw: string('The line as it stands in the file, without its line end.'),
    source_file: string('The raw file: its key in the raw bucket.'),
    reasons: strings('Every reason for which the line was rejected.'),
  },
  partitionKeys: versionKey,
})

/** What marts read and analysts see: curated events of all current slices. A view, never a table. */
export const userActivity = defineTable({
  name: 'user_activity',
  grain: 'One row per curated event.',
  columns: { ...event, source: string('Where the event came from: csv or stream.') },
})
