import type { SliceManifest, SliceMetrics } from '../../lambdas/shared/documents.ts'
import type { CurateProgress } from './curate-slice.ts'
import type { DayCount } from './plan-parts.ts'

export interface JudgeOptions {
  readonly manifest: SliceManifest
  readonly resolve: (bucket: string, key: string) => string
  /** Folders by name in the curation's work folder; judged lines go to the one that is named `LINES`. */
  readonly folder: (name: string) => string
  /** Where the rejected lines go. */
  readonly quarantine: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: CurateProgress) => void) | undefined
}

/** What a source's lines were. */
export interface Judged {
  /** Lines that are not blank, counted in the bytes. */
  readonly read: number
  readonly leftOut?: SliceMetrics['leftOut']
  /** How the accepted events lie in the buckets. */
  readonly counts: readonly DayCount[]
}
