import { LAKE } from '../../catalog/layout.ts'
import { type SliceManifest, type SliceMetrics, sliceManifest, sliceMetrics } from './documents.ts'
import { getDocument } from './documents-store.ts'

/** What curation of a slice counted in this run. */
export const metricsOf = (run: string, slice: string): Promise<SliceMetrics> =>
  getDocument(sliceMetrics, LAKE.run(run, `${slice}.metrics`))

/** What curation of a slice was given in this run. */
export const manifestOf = (run: string, slice: string): Promise<SliceManifest> =>
  getDocument(sliceManifest, LAKE.run(run, `${slice}.manifest`))
