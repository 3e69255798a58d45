import { ANALYST_QUERIES } from '../test/engines/analyst-queries.ts'

const MARKS = ['<!-- dialects -->', '<!-- /dialects -->'] as const

/** The README with its table of how the dialects differ renewed: what the queries that both engines answer found. */
export function readmeDialects(readme: string): string {
  const [open, close] = MARKS
  const from = readme.indexOf(open)
  const to = readme.indexOf(close)
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${open} and ${close}`)
  const rows = ANALYST_QUERIES.flatMap(({ differences = [] }) => differences).map(
    ({ to: aim, duckdb, athena }) => `| ${aim} | \`${duckdb}\` | \`${athena}\` |`,
  )
  const table = [open, '| to | DuckDB | Athena |', '|---|---|---|', ...rows].join('\n')
  return `${readme.slice(0, from)}${table}\n${readme.slice(to)}`
}
