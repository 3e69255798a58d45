import { z } from 'zod'
import { month } from './documents.ts'

/** The documents of the machines beside `nightly`, in the folders of their runs. */

const count = z.number().int().nonnegative()
const timestamp = z.string()

/** `control/runs/<run>/backfill.json`: what a backfill is to do; from then on its months are its own. */
export const backfillOrder = z.object({
  run: z.string(),
  from: month,
  to: month,
  force: z.boolean(),
  /** Those of the range that have files. */
  months: z.array(month),
  /** Those that have none. */
  missing: z.array(month),
})
export type BackfillOrder = z.infer<typeof backfillOrder>

/** What came of a month of a backfill: the output of its execution. Names of slices. */
export const backfilledMonth = z.object({
  month,
  run: z.string(),
  curated: z.array(z.string()),
  setAside: z.array(z.string()),
  /** Curated before, by an execution that did not come to its end. */
  adopted: z.array(z.string()),
  unchanged: z.array(z.string()),
})
export type BackfilledMonth = z.infer<typeof backfilledMonth>

/** `control/runs/<run>/backfilled.json`: what a backfill has done. */
export const backfillRecord = backfillOrder.extend({
  startedAt: timestamp,
  endedAt: timestamp,
  results: z.array(backfilledMonth),
  /** The night that published it, and what became of that. */
  night: z.string(),
  release: z.string().nullable(),
  isPublished: z.boolean(),
  /** A rollback held publication just before. */
  isHeld: z.boolean(),
})
export type BackfillRecord = z.infer<typeof backfillRecord>

/** `control/rollbacks/<run>.json`: written when all views show the former release, just before it becomes the current one. */
export const rollbackRecord = z.object({
  run: z.string(),
  execution: z.string(),
  from: z.string(),
  to: z.string(),
  at: timestamp,
  reason: z.string().nullable(),
})
export type RollbackRecord = z.infer<typeof rollbackRecord>

/** A version of a table, or a temporary table (without version), that nobody needs. */
export const removable = z.object({
  table: z.string(),
  version: z.string().nullable(),
  /** Where its files lie. */
  prefix: z.string().nullable(),
  objects: count,
  bytes: count,
})
export type Removable = z.infer<typeof removable>

const totals = z.object({ versions: count, objects: count, bytes: count, tables: count })

/** `control/runs/<run>/vacuum-plan.json`. */
export const vacuumPlan = z.object({
  run: z.string(),
  dryRun: z.boolean(),
  plannedAt: timestamp,
  items: z.array(removable),
  /** Releases of which versions go: nobody can go back to them any more. */
  releases: z.array(z.string()),
  totals,
  /** How many versions beside those of the newest releases stay, by what needs them. */
  kept: z.record(z.string(), count),
  notes: z.array(z.string()),
})
export type VacuumPlan = z.infer<typeof vacuumPlan>

/** `control/runs/<run>/vacuum.json`: what was removed. */
export const vacuumRecord = vacuumPlan.extend({
  startedAt: timestamp,
  endedAt: timestamp,
  removed: z.object({ partitions: count, objects: count, bytes: count }),
  /** Items that somebody had come to need. */
  spared: z.array(z.string()),
})
export type VacuumRecord = z.infer<typeof vacuumRecord>
