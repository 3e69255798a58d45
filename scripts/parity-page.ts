import type { ParitySection } from './parity-sections.ts'

const THOUSANDS = new Intl.NumberFormat('en-US')
const cell = (value: string | number): string =>
  typeof value === 'number' ? THOUSANDS.format(value) : value.replaceAll('|', '\\|')

const table = ({ caption, columns, rows }: ParitySection['tables'][number]): string => {
  // Numbers stand to the right.
  const marks = columns.map((_, i) => (rows.every((row) => typeof row[i] === 'number') ? '---:' : '---'))
  const lines = [columns, marks, ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`)
  return `${caption ? `${caption}\n\n` : ''}${lines.join('\n')}\n`
}

/** The page of what was compared between the engines. */
export const parityPage = (sections: readonly ParitySection[]): string =>
  [
    '# The same on every engine\n',
    'Written by `npm run test:engines`, which fails where one of these comparisons finds a row of difference.\n',
    ...sections.map(({ title, text, tables }) =>
      [`## ${title}\n`, `${text}\n`, ...tables.map(table)].join('\n'),
    ),
  ].join('\n')
