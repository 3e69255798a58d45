import { quoted, quotedPath } from '../duckdb/text.ts'
import type { ScannedFile } from './scan-file.ts'

export interface RawFile {
  /** Where DuckDB reads it: the raw file, or its repaired copy. */
  readonly path: string
  readonly key: string
  readonly scan: ScannedFile
}

/** DuckDB's own default; it reads through a buffer of sixteen times this. */
const USUAL_LINE = 2_000_000

/**
 * The lines of raw files as a relation `(line, source_file)`. DuckDB has no reader of lines, but its CSV reader is one when
 * nothing quotes, escapes or comments, and the delimiter is a character that the file does not hold. `strict_mode` off
 * lets LF, CRLF and CR end lines side by side.
 */
export const rawLines = (files: readonly RawFile[]): string =>
  files
    .map(({ path, key, scan }) => {
      const [delimiter, absent] = scan.unused.map((code) => String.fromCharCode(code))
      if (!delimiter || !absent) throw new RangeError(`${key} holds every control character`)
      const longest = Math.max(USUAL_LINE, scan.longestLine + 2)
      const reader = `read_csv(${quotedPath(path)}, auto_detect = false, header = false, quote = '', escape = '', comment = '',
        delim = ${quoted(delimiter)}, nullstr = ${quoted(absent)}, strict_mode = false, max_line_size = ${longest},
        columns = {'line': 'VARCHAR'})`
      return `SELECT line, ${quoted(key)} AS source_file FROM ${reader}`
    })
    .join(' UNION ALL ')
