import { z } from 'zod'
import { EVENT_SOURCES } from '../../catalog/events.ts'
import { month } from './documents.ts'

/** An archive and the key that its CSV gets. */
export const archiveTask = z.object({ key: z.string(), target: z.string() })
export type ArchiveTask = z.infer<typeof archiveTask>

/** What start-night makes of an execution: the state that all later states are given. */
export const nightState = z.object({
  run: z.string(),
  /** ARN of the execution, which all that it starts has in its lines. */
  execution: z.string().optional(),
  startedAt: z.string(),
  months: z.array(month).nullable(),
  force: z.boolean(),
  dryRun: z.boolean(),
  archives: z.array(archiveTask),
  /** Months whose files may be gone. */
  acceptDeletions: z.array(month).default([]),
  /** The run of the backfill that this night publishes, or for which slices are curated. */
  backfill: z.string().nullable().default(null),
  /** Months that a backfill works on, which are left to it. */
  leftOut: z.array(month).default([]),
  /** Whether a profile is judged before slices are curated. */
  profiles: z.boolean().default(true),
})
export type NightState = z.infer<typeof nightState>

/** A slice that this night curates: an item of the Map over slices. */
export const plannedSlice = z.object({
  slice: z.string(),
  source: z.enum(EVENT_SOURCES),
  month,
  version: z.string(),
  /** Key of the manifest in the lake bucket. */
  manifest: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
})
export type PlannedSlice = z.infer<typeof plannedSlice>

/** `$.plan`. */
const nightPlan = z.object({
  changed: z.boolean(),
  slices: z.array(plannedSlice),
  unchanged: z.array(z.string()),
  /** Names of slices whose version an earlier run has made, and of those that leave the release. */
  adopted: z.array(z.string()),
  removed: z.array(z.string()),
  /** What has to be profiled before it is published: '' where that is nothing. */
  profileKey: z.string(),
  /** Whether there are slices to curate. */
  curates: z.boolean().optional(),
  notes: z.array(z.string()),
})
export type NightPlan = z.infer<typeof nightPlan>

/** What becomes of a slice in the Map: an item of `$.curated`. */
export const curatedSlice = z.object({
  slice: z.string(),
  version: z.string(),
  outcome: z.enum(['registered', 'set-aside']),
})
export type CuratedSlice = z.infer<typeof curatedSlice>
