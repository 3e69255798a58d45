import type { PortableFunction } from '../functions.ts'

export const FLINK_TYPES = {
  'double precision': 'double',
  integer: 'int',
  timestamp: 'timestamp(3)',
  varchar: 'string',
} as const

/**
 * What Flink SQL 1.20 can say as the other engines do (each tried on one); the other portable functions are refused. `tryCast` is
 * among those: Flink makes 28 February of the 29th in a year without one.
 */
export const FLINK_SPELLING: Readonly<Partial<Record<PortableFunction, string>>> = {
  characterAt: 'chr($1)',
  containsText: '(position($2 in $1) > 0)',
  hourOf: 'cast(hour($1) as int)',
  hourStart: 'floor($1 to hour)',
  isoWeekday: '(cast(mod(dayofweek(cast($1 as date)) + 5, 7) as int) + 1)',
  listItem: '$1[$2]',
  listLength: 'cardinality($1)',
  matches: 'regexp($1, $2)',
  monthOf: "date_format(cast($1 as timestamp(3)), 'yyyy-MM')",
  plusDays: 'cast(timestampadd(day, $2, cast($1 as timestamp(3))) as date)',
  plusHours: 'timestampadd(hour, $2, $1)',
  ratio: '(cast($1 as double) / nullif(cast($2 as double), 0e0))',
  // A cast prints as many digits of the fraction as the type has.
  timestampText: "regexp_replace(cast(cast($1 as timestamp(6)) as string), '\\.?0*$', '')",
  weekStart:
    'cast(timestampadd(day, -mod(dayofweek(cast($1 as date)) + 5, 7), cast($1 as timestamp(3))) as date)',
}
