/**
 * The column types that the lake uses, each with its TypeScript value.
 * Ids and counts are `bigint` (category_id is above 2^53); decimals, dates and timestamps are strings, because a
 * JavaScript number or Date would lose digits. Timestamps are UTC, without zone, with microseconds.
 */
export interface ColumnValues {
  bigint: bigint
  integer: number
  double: number
  boolean: boolean
  string: string
  /** `YYYY-MM-DD`. */
  date: string
  /** `YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC. */
  timestamp: string
  /** Decimal digits as text, for example `35.79`. */
  decimal: string
  strings: string[]
  /** Whole numbers by name. */
  counts: Record<string, bigint>
}

export type ColumnKind = keyof ColumnValues

export interface Column<K extends ColumnKind = ColumnKind, N extends boolean = boolean> {
  readonly kind: K
  readonly nullable: N
  readonly comment: string
  /** Only for `decimal`: total digits and digits behind the point. */
  readonly precision?: number
  readonly scale?: number
}

export type Columns = Record<string, Column>

type Value<C> = C extends Column<infer K, infer N> ? ColumnValues[K] | (N extends true ? null : never) : never

/** One row of a table with these columns, as Kysely and the tests see it. */
export type Row<C extends Columns> = { [K in keyof C]: Value<C[K]> }

const column =
  <K extends ColumnKind>(kind: K) =>
  (comment: string): Column<K, false> => ({ kind, nullable: false, comment })

export const bigint = column('bigint')
export const integer = column('integer')
export const double = column('double')
export const boolean = column('boolean')
export const string = column('string')
export const date = column('date')
export const timestamp = column('timestamp')
export const strings = column('strings')
export const counts = column('counts')

export const decimal = (precision: number, scale: number, comment: string): Column<'decimal', false> => ({
  kind: 'decimal',
  nullable: false,
  comment,
  precision,
  scale,
})

export const nullable = <K extends ColumnKind>(inner: Column<K, false>): Column<K, true> => ({
  ...inner,
  nullable: true,
})

const GLUE: Record<Exclude<ColumnKind, 'decimal'>, string> = {
  bigint: 'bigint',
  integer: 'int',
  double: 'double',
  boolean: 'boolean',
  string: 'string',
  date: 'date',
  timestamp: 'timestamp',
  strings: 'array<string>',
  counts: 'map<string,bigint>',
}

/** The type as Glue's Data Catalog (Hive) spells it. */
export const glueType = (c: Column): string =>
  c.kind === 'decimal' ? `decimal(${c.precision},${c.scale})` : GLUE[c.kind]
