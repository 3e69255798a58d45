import { CSV_COLUMNS, CSV_HEADER } from '../../catalog/events.ts'

/** What is wrong with the beginning of a raw file, in words; undefined where its first line is the header. */
export function headerProblem(start: Buffer): string | undefined {
  if (start.length === 0) return 'is empty: upload it again or remove it'
  if (isUtf16(start)) return 'is UTF-16: save it as UTF-8'
  // The decoder drops a BOM. A line can end in LF, CRLF or CR.
  const [found = ''] = new TextDecoder().decode(start).split(/\r\n|\n|\r/, 1)
  return found === CSV_HEADER ? undefined : differenceTo(found)
}

const isUtf16 = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

function differenceTo(found: string): string {
  const columns = found.split(',')
  const missing = CSV_COLUMNS.filter((column) => !columns.includes(column))
  const extra = columns.filter((column) => !CSV_COLUMNS.includes(column))
  const shown = `expected "${CSV_HEADER}", found "${shorten(found)}"`
  // Without one known column it is no other header but a line of data, or no CSV.
  if (missing.length === CSV_COLUMNS.length) return `has no header: add it as the first line; ${shown}`
  const differences = [
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`extra ${shorten(extra.join(', '))}`] : []),
    ...(missing.length + extra.length === 0 ? [orderOf(columns)] : []),
  ]
  return `has another header (${columns.length} of ${CSV_COLUMNS.length} columns; ${differences.join('; ')}): export it again; ${shown}`
}

const orderOf = (columns: readonly string[]): string =>
  columns.length === CSV_COLUMNS.length ? 'reordered' : 'a column stands twice'

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)
