import { allViews } from '../athena-views/index.ts'
import { glueType } from '../catalog/column.ts'
import type { Table } from '../catalog/table.ts'

const MARKS = ['<!-- views -->', '<!-- /views -->'] as const

const columnsTable = ({ columns }: Table): string =>
  [
    '| column | type | meaning |',
    '|---|---|---|',
    ...Object.entries(columns).map(
      ([name, column]) =>
        `| \`${name}\` | ${glueType(column)}${column.nullable ? ', may be null' : ''} | ${column.comment} |`,
    ),
  ].join('\n')

/** The page of all views with their columns. */
export const viewsPage = (): string =>
  [
    '# The views\n',
    'Generated from `catalog/` and `athena-views/` by `npm run docs`.\n',
    ...allViews.map((view) => `## ${view.name}\n\n${view.grain}\n\n${columnsTable(view)}\n`),
  ].join('\n')

/** The README with its table of views renewed. */
export function readmeViews(readme: string): string {
  const [open, close] = MARKS
  const from = readme.indexOf(open)
  const to = readme.indexOf(close)
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${open} and ${close}`)
  const rows = allViews.map(({ name, grain }) => `| \`${name}\` | ${grain} |`)
  return `${readme.slice(0, from)}${[open, '| view | a row is |', '|---|---|', ...rows].join('\n')}\n${readme.slice(to)}`
}
