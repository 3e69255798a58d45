import { z } from 'zod'
import type { Verdict } from './documents.ts'

/** The actions from the mildest to the most severe, each with the value above which it is taken: exceeded, not reached. */
export interface Thresholds {
  readonly warn?: number | undefined
  readonly quarantine?: number | undefined
  readonly halt?: number | undefined
}

/** By the name of the rule: these thresholds stand in place of all of its own. */
export type Overrides = Readonly<Partial<Record<string, Thresholds>>>

const ACTIONS = ['halt', 'quarantine', 'warn'] as const
const value = z.number().nonnegative().optional()

const rise = ({ warn, quarantine, halt }: Thresholds): boolean => {
  const given = [warn, quarantine, halt].filter((threshold) => threshold !== undefined)
  return given.every((threshold, i) => threshold >= (given[i - 1] ?? 0))
}
const ORDER = 'a severer action needs a threshold that is at least as high: warn, quarantine, halt'

/** Of a rule over one slice, which can be set aside. */
export const sliceThresholds = z
  .strictObject({ warn: value, quarantine: value, halt: value })
  .refine(rise, ORDER)

/** Of a rule over all that a night takes in: there is no slice to set aside. */
export const nightThresholds = z.strictObject({ warn: value, halt: value }).refine(rise, ORDER)

/** The most severe action whose threshold the value exceeds. */
export const actionFor = (measured: number, thresholds: Thresholds): Verdict['action'] =>
  ACTIONS.find((action) => measured > (thresholds[action] ?? Number.POSITIVE_INFINITY)) ?? 'pass'

/** The threshold that decided: of the action that was taken, or where none was, of the mildest that could have been. */
export const thresholdOf = (action: Verdict['action'], thresholds: Thresholds): number | null =>
  (action === 'pass' ? undefined : thresholds[action]) ??
  thresholds.warn ??
  thresholds.quarantine ??
  thresholds.halt ??
  null
