import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CSV_COLUMNS, CSV_HEADER } from '../../catalog/events.ts'
import { parseFields } from '../events.ts'
import { csvFields } from './csv-fields.ts'
import type { SimulatedEvent } from './simulated-event.ts'
import { SimulationError } from './simulation-error.ts'

export interface ReplayOptions {
  /** A raw file: .csv or .csv.gz. */
  readonly path: string
  /** Called for a line that is no event; it is left out. Lines count from 1, the header being the first. */
  readonly onBadLine?: (line: number, reasons: readonly string[]) => void
}

/** The events of a raw CSV file, in the order of the file. Throws where its header is not the data set's. */
export async function* replayCsv({ path, onBadLine }: ReplayOptions): AsyncGenerator<SimulatedEvent> {
  let number = 0
  for await (const line of linesOf(path)) {
    number++
    if (number === 1) {
      if (line.replace(/^\uFEFF/, '') === CSV_HEADER) continue
      throw new SimulationError(`${path}: the header is not ${CSV_HEADER}: give a raw file of the data set.`)
    }
    if (line === '') continue
    const { event, reasons } = eventOf(line)
    if (event) yield event
    else onBadLine?.(number, reasons)
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const input: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A pipe does not hand errors on.
  file.once('error', (error) => input.destroy(error))
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  try {
    yield* lines
  } catch (error) {
    throw new SimulationError(
      `${path} can't be read: ${(error as Error).message}; give a whole raw file (.csv, .csv.gz)`,
      { cause: error },
    )
  } finally {
    lines.close()
    file.destroy()
  }
}

function eventOf(line: string): { readonly event?: SimulatedEvent; readonly reasons: readonly string[] } {
  const fields = csvFields(line)
  if (fields?.length !== CSV_COLUMNS.length) return { reasons: ['column_count'] }
  const record = Object.fromEntries(CSV_COLUMNS.map((name, i) => [name, fields[i]]))
  // It has no sending time yet; its own stands in.
  const { event, reasons = [] } = parseFields({ ...record, txn_timestamp: record.event_time })
  return event ? { event, reasons } : { reasons }
}
