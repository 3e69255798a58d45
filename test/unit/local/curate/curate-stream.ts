import { RAW } from '../../../../catalog/layout.ts'
import type { SliceManifest } from '../../../../lambdas/shared/documents.ts'
import type { CurateOptions } from '../../../../local/curate/curate-slice.ts'
import { type Curated, curateContents } from './curate-files.ts'
import { HOURS, objectOf, SHARED, type StreamFiles } from './stream-files.ts'

/** Objects by key, each hour's lines as one. */
export const objectsOf = (hours: StreamFiles): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(hours).map(([hour, lines]) => [
      `${RAW.stream}${HOURS[hour as keyof typeof HOURS]}a.json.gz`,
      objectOf(lines),
    ]),
  )

/** Curates objects given by key and content as the stream's slice of October 2019. */
export const curateObjects = (
  contents: Record<string, Uint8Array>,
  hours: SliceManifest['hours'] | null = SHARED,
  options?: Partial<CurateOptions>,
): Promise<Curated> => curateContents(contents, { source: 'stream', ...(hours && { hours }) }, options)

export const curateStream = (files: StreamFiles, hours?: SliceManifest['hours']): Promise<Curated> =>
  curateObjects(objectsOf(files), hours)
