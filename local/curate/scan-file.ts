import { CSV_HEADER } from '../../catalog/events.ts'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { LineCounter } from './line-counter.ts'
import { openRaw } from './open-raw.ts'
import { Utf8Check } from './utf8-check.ts'

/** What is known of a raw file before any SQL reads it. */
export interface ScannedFile {
  /** Lines that are not blank, without the header: what `read` counts. */
  readonly records: number
  /** Unpacked. */
  readonly bytes: number
  readonly utf8: boolean
  readonly longestLine: number
  /** Control characters that the file does not hold: a delimiter made of one splits nothing. */
  readonly unused: readonly number[]
}

interface ScanOptions {
  /** How messages name the file. */
  readonly name: string
  readonly signal?: AbortSignal | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Not NUL, which a damaged line may hold, and not what ends lines. */
const CONTROLS = Array.from({ length: 31 }, (_, i) => i + 1).filter((code) => code < 9 || code > 13)
const BOM = '\ufeff'

const firstLine = (start: Buffer): string => {
  const text = start.toString('utf8')
  return (text.startsWith(BOM) ? text.slice(1) : text).split(/[\r\n]/, 1)[0] ?? ''
}

/** Reads a raw file once, in constant memory. */
export async function scanFile(path: string, { name, signal, onBytes }: ScanOptions): Promise<ScannedFile> {
  const lines = new LineCounter(name)
  const utf8 = new Utf8Check()
  let start = Buffer.alloc(0)
  let unused = CONTROLS
  let bytes = 0
  try {
    for await (const chunk of openRaw(path) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      if (start.length < 1024) start = Buffer.concat([start, chunk.subarray(0, 1024)])
      lines.add(chunk)
      utf8.add(chunk)
      unused = unused.filter((code) => !chunk.includes(code))
      bytes += chunk.length
      onBytes?.(chunk.length)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new InvalidInputError(`${name}: planned, but no longer there; upload it again and start again.`)
    }
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_')) {
      throw new InvalidInputError(
        `${name}: not a whole gzip file (${(error as Error).message}); upload it again and start again.`,
      )
    }
    throw error
  }
  lines.end()
  if (firstLine(start) !== CSV_HEADER) {
    throw new InvalidInputError(
      `${name} line 1: the header must be ${CSV_HEADER}; correct the file and start again.`,
    )
  }
  return { records: lines.notBlank - 1, bytes, utf8: utf8.end(), longestLine: lines.longest, unused }
}
