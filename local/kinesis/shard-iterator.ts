import { z } from 'zod'
import { AwsError } from '../registry.ts'
import { LIMITS } from './limits.ts'

/** A place to read on from: the index of the next record. `since` ties it to this stream, not to a later one of its name. */
const position = z.object({
  stream: z.string(),
  since: z.number(),
  shard: z.number().int(),
  index: z.number().int(),
})
export type Position = z.infer<typeof position>

const token = position.extend({ madeAt: z.number() })

export const shardIterator = (at: Position, now: number): string =>
  Buffer.from(JSON.stringify({ ...at, madeAt: now })).toString('base64url')

export const parseShardIterator = (text: string, now: number): Position => {
  let parsed: z.infer<typeof token>
  try {
    parsed = token.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.')
  }
  const { madeAt, ...at } = parsed
  if (now - madeAt > LIMITS.iteratorLifetime)
    throw new AwsError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${new Date(madeAt).toUTCString()} while right now it is ` +
        `${new Date(now).toUTCString()} which is further in the future than the tolerated delay of ${LIMITS.iteratorLifetime} milliseconds.`,
    )
  return at
}
