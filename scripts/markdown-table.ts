const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

/** A table of Markdown with a line end behind it; `right` are the columns (from 0) that hold figures. */
export const markdownTable = (
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string =>
  [
    line(columns),
    `|${columns.map((_, i) => (right.includes(i) ? '---:' : '---')).join('|')}|`,
    ...rows.map(line),
    '',
  ].join('\n')
