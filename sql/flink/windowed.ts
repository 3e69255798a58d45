import { type RawBuilder, sql } from 'kysely'
import { intervalText } from './interval.ts'

/** What a windowing table function adds to the columns of its table. */
export interface WindowColumns {
  window_start: string
  window_end: string
  /** The last millisecond of the window, on which a further window or an OVER can stand. */
  window_time: string
}

/** A table with each row's windows: `TUMBLE` where a window begins when the one before ends, else `HOP`; in milliseconds. */
export function windowed<Row>(
  table: string,
  time: string,
  window: { readonly size: number; readonly slide: number },
): RawBuilder<Row & WindowColumns> {
  const [size, slide] = [window.size, window.slide].map((ms) => sql.raw(intervalText(ms)))
  const of = sql`table ${sql.table(table)}, descriptor(${sql.ref(time)})`
  return window.size === window.slide
    ? sql`table(tumble(${of}, ${size}))`
    : sql`table(hop(${of}, ${slide}, ${size}))`
}
