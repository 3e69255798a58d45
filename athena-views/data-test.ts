/** What happens where a test finds rows: `halt` publishes nothing, `warn` publishes and says so. */
export type Severity = 'warn' | 'halt'

interface Common {
  /** What must hold, in words: `event_date is unique`. */
  readonly name: string
  readonly severity: Severity
  /** What to do where it fails, as a sentence. */
  readonly remedy: string
}

/** A statement about a mart's rows that must find none; `data-test-query.ts` turns it into SQL. */
export type DataTest<Column extends string = string> = Common &
  (
    | { readonly kind: 'not-null'; readonly column: Column }
    | { readonly kind: 'unique'; readonly columns: readonly Column[] }
    | { readonly kind: 'between'; readonly column: Column; readonly low: number; readonly high: number }
    | { readonly kind: 'at-most'; readonly column: Column; readonly limit: Column }
    | { readonly kind: 'accepted'; readonly column: Column; readonly values: readonly string[] }
    | { readonly kind: 'not-empty' }
    /** Some rows have a value of zero although each is expected to have more: a day without purchases. */
    | { readonly kind: 'positive'; readonly column: Column }
  )

export const HALT_REMEDY = 'Query this version, and mend the mart or its input.'

const halt = { severity: 'halt', remedy: HALT_REMEDY } as const

export const notNull = <C extends string>(column: C): DataTest<C> => ({
  ...halt,
  kind: 'not-null',
  name: `${column} is never null`,
  column,
})

export const unique = <C extends string>(...columns: C[]): DataTest<C> => ({
  ...halt,
  kind: 'unique',
  name: `${columns.join(', ')} is unique`,
  columns,
})

/** Bounds included; null passes. */
export const between = <C extends string>(column: C, low: number, high: number): DataTest<C> => ({
  ...halt,
  kind: 'between',
  name: `${column} lies between ${low} and ${high}`,
  column,
  low,
  high,
})

export const atMost = <C extends string>(column: C, limit: C): DataTest<C> => ({
  ...halt,
  kind: 'at-most',
  name: `${column} is at most ${limit}`,
  column,
  limit,
})

export const accepted = <C extends string>(column: C, values: readonly string[]): DataTest<C> => ({
  ...halt,
  kind: 'accepted',
  name: `${column} is one of ${values.join(', ')}`,
  column,
  values,
})

export const positive = <C extends string>(column: C): DataTest<C> => ({
  ...halt,
  kind: 'positive',
  name: `${column} is above zero`,
  column,
})

export const notEmpty = (): DataTest<never> => ({ ...halt, kind: 'not-empty', name: 'has rows' })

/** The same test, but what it finds is told, with what to do about it, and published all the same. */
export const warn = <C extends string>(test: DataTest<C>, remedy: string): DataTest<C> => ({
  ...test,
  severity: 'warn',
  remedy,
})
