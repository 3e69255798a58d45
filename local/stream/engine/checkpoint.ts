import { z } from 'zod'

const position = z.object({
  read: z.string().nullable(),
  rebuildFrom: z.string().nullable(),
  /** The shard's own watermark, in milliseconds; null where it had no event. */
  watermark: z.number().nullable(),
})

const level = z.tuple([z.number(), z.string(), z.string()])

/**
 * What a restart needs besides the stream itself: where to read again, up to which time windows are closed, and the levels that
 * trailing rules compare with. Plain JSON; bigints are texts.
 */
export const engineCheckpoint = z.object({
  version: z.literal(1),
  watermark: z.number().nullable(),
  shards: z.record(z.string(), position),
  /** By rule: keys with their closed windows. */
  levels: z.record(z.string(), z.array(z.tuple([z.string(), z.array(level)]))),
  counts: z.object({
    read: z.number(),
    late: z.number(),
    lateByWindow: z.record(z.string(), z.number()),
    findings: z.number(),
  }),
})
export type EngineCheckpoint = z.output<typeof engineCheckpoint>
