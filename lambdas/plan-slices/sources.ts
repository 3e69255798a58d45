import { RAW } from '../../catalog/layout.ts'
import type { SliceManifest } from '../shared/documents.ts'

/** Where events come from in the raw zone, and which files hold them. */
export interface Source {
  readonly source: SliceManifest['source']
  readonly prefix: string
  readonly extensions: readonly string[]
}

export const SOURCES: readonly Source[] = [
  { source: 'csv', prefix: RAW.uncompressed, extensions: ['.csv', '.csv.gz'] },
]
