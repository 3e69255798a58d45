import { z } from 'zod'
import { engineCheckpoint } from '../engine/checkpoint.ts'

const counts = z.object({
  /** Records that were read, what they are once aggregated ones are taken apart, and the lines that those are in the raw zone. */
  records: z.number(),
  parts: z.number(),
  lines: z.number(),
  /** Parts that are no events. */
  deadLetters: z.number(),
})
export type JobCounts = z.output<typeof counts>

/** A job's place: from the first record that it took, over restarts, until its input is over and all windows are closed. */
export const streamJob = z.object({
  engine: engineCheckpoint,
  /** By shard: the record behind which the job began; null where that is the beginning of the stream. */
  base: z.record(z.string(), z.string().nullable()),
  counts,
})
export type StreamJob = z.output<typeof streamJob>

/** A job that begins where another one ended, with no window open and the time unknown; without one with all that is there. */
export function nextJob(shards: readonly string[], former?: StreamJob): StreamJob {
  const at = (shard: string) => former?.engine.shards[shard]?.read ?? null
  const places = shards.map((shard) => [shard, at(shard)] as const)
  return {
    engine: {
      version: 1,
      watermark: null,
      shards: Object.fromEntries(
        places.flatMap(([shard, read]) =>
          read === null ? [] : [[shard, { read, rebuildFrom: read, watermark: null }]],
        ),
      ),
      levels: {},
      counts: { read: 0, late: 0, lateByWindow: {}, findings: 0 },
    },
    base: Object.fromEntries(places),
    counts: { records: 0, parts: 0, lines: 0, deadLetters: 0 },
  }
}
