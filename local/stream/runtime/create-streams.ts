import type { Streams } from '../../kinesis/streams.ts'
import type { StreamParts } from './stream-parts.ts'

/** Makes the streams of the stack that are not there yet, and keeps their records for as long as it says. */
export function createStreams(streams: Streams, parts: StreamParts): void {
  const there = new Set(streams.list().map(({ name }) => name))
  for (const { name, mode, shards, retentionHours } of parts.streams) {
    if (!there.has(name)) streams.create(name, mode, shards)
    if (streams.describe(name).retentionHours !== retentionHours) streams.setRetention(name, retentionHours)
  }
}
