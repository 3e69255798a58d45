import type { Spelling } from '../functions.ts'

export const DUCKDB_TYPES = { 'double precision': 'double' } as const

export const DUCKDB_SPELLING: Spelling = {
  approxDistinct: 'approx_count_distinct($1)',
  characterAt: 'chr($1)',
  compactList: 'list_filter([$*], lambda x: x is not null)',
  containsText: 'contains($1, $2)',
  hourStart: "date_trunc('hour', $1)",
  hourOf: 'cast(hour($1) as integer)',
  isoWeekday: 'cast(isodow($1) as integer)',
  listItem: 'list_extract($1, $2)',
  listLength: 'cast(len($1) as integer)',
  mapOf: 'map_from_entries(coalesce(list(row($1, $2)), []))',
  matches: 'regexp_matches($1, $2)',
  monthOf: "strftime($1, '%Y-%m')",
  plusDays: 'cast($1 + to_days($2) as date)',
  plusHours: '($1 + to_hours($2))',
  ratio: '(cast($1 as double) / nullif(cast($2 as double), 0))',
  smallest: "array_to_string(min($1, $2), ', ')",
  splitLine: "string_split($1, ',')",
  timestampText: 'cast($1 as varchar)',
  tryCast: 'try_cast($1 as $2)',
  weekStart: "cast(date_trunc('week', $1) as date)",
}
