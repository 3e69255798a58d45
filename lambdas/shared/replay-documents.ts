import { z } from 'zod'

/** The documents of a replay, in the folder of its run. */

const count = z.number().int().nonnegative()
const instant = z.string()

/** Where the events are read: the raw zone, or its second copy. */
export const replaySource = z.enum(['raw', 'backup'])

/** `control/runs/<run>/replay-order.json`: what a replay is to send. */
export const replayOrder = z.object({
  run: z.string(),
  /** What every event is marked with: the name of the execution. */
  mark: z.string(),
  /** ISO times; what arrived at `to` is left out. */
  from: instant,
  to: instant,
  /** Events a second. */
  rate: z.number().int().positive(),
  source: replaySource,
  /** Hours of arrival that are read, in their order, those without objects left out: `2026-11-01T10`. */
  hours: z.array(z.object({ hour: z.string(), objects: count, bytes: count })).min(1),
})
export type ReplayOrder = z.infer<typeof replayOrder>

/** An object, and when it was written, in milliseconds since 1970. */
const persistedObject = z.object({ key: z.string(), writtenAt: z.number() })

/** How far a replay has come in the objects. */
export const replayCursor = z.object({
  /** So many of the order's hours have been looked into. */
  hours: count,
  /** Objects of those hours that nothing was taken of, with the time of their first event in milliseconds since 1970. */
  waiting: z.array(persistedObject.extend({ first: z.number() })),
  /** Objects of which so many lines were taken, and the time of the last. What is in neither list is done. */
  open: z.array(persistedObject.extend({ lines: count, time: z.number() })),
})
export type ReplayCursor = z.infer<typeof replayCursor>

/** What became of the lines that were read. Their sum is all lines. */
export const replayCounts = z.object({
  /** In the stream. One that stands here once may have arrived twice, where a sender was killed. */
  sent: count,
  /** Left out: they are of another time. */
  outside: count,
  /** Left out: a replay had sent them. */
  marked: count,
  /** Left out: no JSON object, so they were dead letters at once. */
  unreadable: count,
  /** Left out: their time is ahead of their arrival, so they were dead letters at once. */
  ahead: count,
  /** Left out: with the mark they are larger than Kinesis takes. */
  tooLarge: count,
})
export type ReplayCounts = z.infer<typeof replayCounts>

/** `control/runs/<run>/replay-progress.json`: everything in front of the cursor is where it belongs. */
export const replayProgress = z.object({
  cursor: replayCursor,
  counts: replayCounts,
  /** Places of some of the lines that could not be sent: object, line. */
  notSent: z.array(z.string()),
  /** Calls of the function that sends. */
  rounds: count,
  isDone: z.boolean(),
  /** Of the call that wrote it, anew each time: by it that knows its own. */
  stamp: z.string().optional(),
})
export type ReplayProgress = z.infer<typeof replayProgress>

/** `control/runs/<run>/replay.json`: what a replay has sent. */
export const replayRecord = replayOrder.extend({
  startedAt: instant,
  endedAt: instant,
  counts: replayCounts,
  notSent: z.array(z.string()),
  rounds: count,
})
export type ReplayRecord = z.infer<typeof replayRecord>
