import {
  type AliasableExpression,
  CastNode,
  type ColumnDataType,
  DataTypeNode,
  type Expression,
  ExpressionWrapper,
  FunctionNode,
  type OperationNode,
  ValueNode,
} from 'kysely'

/**
 * The functions whose spelling differs between DuckDB, Athena and Spark, under one name each. A query built with them
 * compiles in every dialect; `spelling.ts` in each dialect's folder says how. What all engines spell alike (`count`,
 * `sum`, `row_number`, `hour`, `power`, `coalesce`, `min_by`) needs no entry: use Kysely's `fn`.
 */
export const PORTABLE = [
  'approxDistinct',
  'containsText',
  'hourOf',
  'hourStart',
  'isoWeekday',
  'monthOf',
  'plusDays',
  'plusHours',
  'ratio',
  'smallest',
  'splitLine',
  'listItem',
  'listLength',
  'mapOf',
  'compactList',
  'matches',
  'characterAt',
  'timestampText',
  'tryCast',
  'weekStart',
] as const
export type PortableFunction = (typeof PORTABLE)[number]

/** How one dialect writes each function: `$1`, `$2`, … stand for the arguments. */
export type Spelling = Readonly<Record<PortableFunction, string>>

const call = <T>(name: PortableFunction, ...args: OperationNode[]): AliasableExpression<T> =>
  new ExpressionWrapper(FunctionNode.create(name, args))

const node = (e: Expression<unknown>): OperationNode => e.toOperationNode()
const literal = (v: string | number): OperationNode => ValueNode.createImmediate(v)

type Text = Expression<string> | Expression<string | null>

/** Approximate number of distinct values; engines differ by ten percent and more, so never in a mart. */
export const approxDistinct = (e: Expression<unknown>) => call<bigint>('approxDistinct', node(e))

/** ISO weekday of a timestamp or date: 1 = Monday … 7 = Sunday. */
export const isoWeekday = (e: Text) => call<number>('isoWeekday', node(e))

/** Hour of the day of a timestamp: 0 to 23. */
export const hourOf = (e: Text) => call<number>('hourOf', node(e))

/** `YYYY-MM` of a timestamp or date. */
export const monthOf = (e: Text) => call<string>('monthOf', node(e))

/** Monday of the ISO week of a timestamp, as a date. */
export const weekStart = (e: Text) => call<string>('weekStart', node(e))

/** The full hour in which a timestamp lies, as a timestamp. */
export const hourStart = (e: Text) => call<string>('hourStart', node(e))

/** A date moved by whole days (may be negative). */
export const plusDays = (e: Text, days: number) => call<string>('plusDays', node(e), literal(days))

/** A timestamp moved by whole hours (may be negative). */
export const plusHours = (e: Text, hours: number) => call<string>('plusHours', node(e), literal(hours))

/** `a / b` as a double; null where b is zero or null. All engines divide doubles alike, but not integers or decimals. */
export const ratio = (a: Expression<unknown>, b: Expression<unknown>) =>
  call<number | null>('ratio', node(a), node(b))

/** The value cast to a type; null where the text is not of that type. Wider than our grammar: check the round trip. */
export const tryCast = <T = unknown>(e: Expression<unknown>, type: ColumnDataType) =>
  call<T | null>('tryCast', node(e), DataTypeNode.create(type))

/** The value cast to a type; an error where that can't be. */
export const castTo = <T = unknown>(e: Expression<unknown>, type: ColumnDataType): AliasableExpression<T> =>
  new ExpressionWrapper(CastNode.create(node(e), DataTypeNode.create(type)))

/** `YYYY-MM-DD HH:MM:SS[.f…]` of a timestamp, without trailing zeros. */
export const timestampText = (e: Expression<unknown>) => call<string | null>('timestampText', node(e))

/** True where the text holds the other text. */
export const containsText = (e: Text, part: string | Expression<string>) =>
  call<boolean>('containsText', node(e), typeof part === 'string' ? literal(part) : node(part))

/**
 * True where the text holds a match of a regular expression of the part that RE2 and Java share. Anchor it with `^` and
 * `\z` where the whole text is meant.
 */
export const matches = (e: Text, pattern: string) => call<boolean>('matches', node(e), literal(pattern))

/** The fields between commas, empty ones too. */
export const splitLine = (e: Text) => call<string[]>('splitLine', node(e))

/** The n-th item of a list, counted from 1; null behind its end. */
export const listItem = (e: Expression<string[]>, n: number) =>
  call<string | null>('listItem', node(e), literal(n))

/** How many items a list has. */
export const listLength = (e: Expression<string[]>) => call<number>('listLength', node(e))

/** Aggregate: a map of the group's keys, each of which may occur once, to their values; empty where there is no row. */
export const mapOf = (key: Expression<unknown>, value: Expression<unknown>) =>
  call<Record<string, unknown>>('mapOf', node(key), node(value))

/** Aggregate: the `n` smallest texts of the group, separated by `, `; empty or null where there is none. */
export const smallest = (e: Text, n: number) => call<string | null>('smallest', node(e), literal(n))

/** The items that are not null, as a list in their order. */
export const compactList = (items: readonly Expression<string | null>[]): AliasableExpression<string[]> =>
  new ExpressionWrapper(FunctionNode.create('compactList', items.map(node)))

/** The ASCII character with this code; beyond it the engines' functions part. */
export const characterAt = (code: number) => {
  if (code < 0 || code > 127) throw new RangeError(`characterAt(${code}): write what is not ASCII as text`)
  return call<string>('characterAt', literal(code))
}
