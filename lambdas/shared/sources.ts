import { monthPartition, RAW } from '../../catalog/layout.ts'
import type { SliceManifest } from './documents.ts'

/** Where events come from in the raw zone, and which files hold them. */
export interface Source {
  readonly source: SliceManifest['source']
  readonly prefix: string
  readonly extension: string
  /** Folders in a month's folder in which the files lie, each ending in a slash; none where they lie in the month's own. */
  readonly hours?: RegExp
  /** How a file's folder is written, for messages. */
  readonly folder: string
  /** Where files belong that were given to this source though they are not ready for it: how their names end, and what to do. */
  readonly misplaced: readonly { readonly ending: string; readonly remedy: (month: string) => string }[]
}

// One kind of file alone: DataBrew reads one extension a data set, and the crawler makes a table of each compression.
const toArchives = (month: string): string =>
  `is an archive: move it to ${RAW.archives}${monthPartition(month)}, from where the night unpacks it`

export const SOURCES: readonly Source[] = [
  {
    source: 'csv',
    prefix: RAW.uncompressed,
    extension: '.csv',
    folder: 'p_year=YYYY/p_month=MM/',
    misplaced: ['.gz', '.zip'].map((ending) => ({ ending, remedy: toArchives })),
  },
  {
    source: 'stream',
    prefix: RAW.stream,
    extension: '.gz',
    hours: /^p_day=(?:0[1-9]|[12]\d|3[01])\/p_hour=(?:[01]\d|2[0-3])\/$/,
    folder: 'p_year=YYYY/p_month=MM/p_day=DD/p_hour=HH/',
    misplaced: [],
  },
]
