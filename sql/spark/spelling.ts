import type { Spelling } from '../functions.ts'

export const SPARK_TYPES = {
  'double precision': 'double',
  integer: 'int',
  timestamp: 'timestamp_ntz',
  varchar: 'string',
} as const

export const SPARK_SPELLING: Spelling = {
  approxDistinct: 'approx_count_distinct($1)',
  characterAt: 'char($1)',
  compactList: 'array_compact(array($*))',
  containsText: 'contains($1, $2)',
  hourStart: "cast(date_trunc('hour', $1) as timestamp_ntz)",
  hourOf: 'hour($1)',
  isoWeekday: '(weekday($1) + 1)',
  listItem: 'get($1, $2 - 1)',
  listLength: 'size($1)',
  mapOf: 'map_from_entries(collect_list(struct($1, $2)))',
  matches: '($1 rlike $2)',
  monthOf: "date_format($1, 'yyyy-MM')",
  plusDays: 'date_add(cast($1 as date), $2)',
  plusHours: '($1 + make_dt_interval(0, $2))',
  ratio: '(cast($1 as double) / nullif(cast($2 as double), 0))',
  smallest: "array_join(slice(array_sort(collect_list($1)), 1, $2), ', ')",
  splitLine: "split($1, ',', -1)",
  timestampText: 'cast($1 as string)',
  tryCast: 'try_cast($1 as $2)',
  weekStart: "cast(date_trunc('week', $1) as date)",
}
