/** What a query gives: column names, and rows of plain values in their order. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

export const FORMATS = ['table', 'csv', 'json'] as const
export type Format = (typeof FORMATS)[number]

/** A value as text, digit for digit; null is the empty text. */
export function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') return JSON.stringify(value, jsonValue)
  return String(value)
}

const isExactNumber = (value: bigint): boolean => Number.isSafeInteger(Number(value))

/** JSON numbers lose digits above 2^53 in most readers, so such integers are written as text. */
const jsonValue = (_: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : isExactNumber(value) ? Number(value) : value.toString()

const isNumeric = (value: unknown): boolean =>
  typeof value === 'bigint' ||
  typeof value === 'number' ||
  (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))

const csvField = (value: unknown): string => {
  const field = text(value)
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

const csv = ({ columns, rows }: Table): string =>
  [columns, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('')

/** A column of integers is text throughout where one of them has to be: a reader must not meet two types. */
function withOneType({ columns, rows }: Table): Table {
  const asText = columns.map((_, i) =>
    rows.some((row) => typeof row[i] === 'bigint' && !isExactNumber(row[i])),
  )
  if (!asText.includes(true)) return { columns, rows }
  const typed = (value: unknown, i: number) => (asText[i] && value != null ? String(value) : value)
  return { columns, rows: rows.map((row) => row.map(typed)) }
}

function json(table: Table): string {
  const { columns, rows } = withOneType(table)
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])))
  return jsonText(objects)
}

/** Data must not move the cursor or break the grid. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be shown, not to be obeyed
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g
const visible = (value: string): string =>
  value.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** Doubles are shown short in a table; `--format csv` and `json` have all digits. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '-'
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toPrecision(4)
  return visible(text(value))
}

function grid({ columns, rows }: Table): string {
  const cells = rows.map((row) => row.map(cell))
  const widths = columns.map((name, i) =>
    cells.reduce((width, row) => Math.max(width, (row[i] ?? '').length), name.length),
  )
  const right = columns.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] == null || isNumeric(row[i])),
  )
  const line = (row: readonly string[]) =>
    row
      .map((value, i) => (right[i] ? value.padStart(widths[i] ?? 0) : value.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)]
    .map((row) => `${row}\n`)
    .join('')
}

export const render = (table: Table, format: Format): string =>
  format === 'csv' ? csv(table) : format === 'json' ? json(table) : grid(table)

/** A value as JSON for scripts. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, jsonValue, 2)}\n`

export const number = (value: number | bigint): string => value.toLocaleString('en-US')

/** `1 message`, `2,000 messages`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

/** The beginning of a text that has more than so many characters. */
export const shorten = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
