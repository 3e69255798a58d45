import type { Spelling } from '../functions.ts'

/** Athena's CTAS writes Hive tables, whose timestamps have milliseconds. */
export const ATHENA_TYPES = { 'double precision': 'double', timestamp: 'timestamp(3)' } as const

export const ATHENA_SPELLING: Spelling = {
  approxDistinct: 'approx_distinct($1)',
  characterAt: 'chr($1)',
  compactList: 'filter(array[$*], x -> x is not null)',
  containsText: '(strpos($1, $2) > 0)',
  hourStart: "date_trunc('hour', $1)",
  hourOf: 'cast(hour($1) as integer)',
  isoWeekday: 'cast(day_of_week($1) as integer)',
  listItem: 'element_at($1, $2)',
  listLength: 'cast(cardinality($1) as integer)',
  mapOf: 'coalesce(map_agg($1, $2), map())',
  matches: 'regexp_like($1, $2)',
  monthOf: "date_format($1, '%Y-%m')",
  plusDays: "date_add('day', $2, cast($1 as date))",
  plusHours: "date_add('hour', $2, $1)",
  ratio: '(cast($1 as double) / nullif(cast($2 as double), 0e0))',
  smallest: "array_join(min($1, $2), ', ')",
  splitLine: "split($1, ',')",
  // A cast always prints all six digits of the fraction.
  timestampText: "regexp_replace(cast(cast($1 as timestamp(6)) as varchar), '\\.?0*$')",
  tryCast: 'try_cast($1 as $2)',
  weekStart: "cast(date_trunc('week', $1) as date)",
}
