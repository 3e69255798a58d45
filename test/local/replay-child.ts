import { z } from 'zod'
import { Streams } from '../../local/kinesis/streams.ts'
import { openReplayLake } from './replay-lake.ts'

/** A replay whose process dies by SIGKILL in the middle of it, after so many puts into the stream. */
const order = z.object({ root: z.string(), input: z.unknown(), puts: z.number(), roundSeconds: z.number() })
const { root, input, puts, roundSeconds } = order.parse(JSON.parse(process.argv[2] ?? '{}'))

let left = puts
const put = Streams.prototype.put
Streams.prototype.put = function (this: Streams, ...given) {
  const results = put.apply(this, given)
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  return results
}

await using lake = await openReplayLake(root, roundSeconds)
const { ended } = await lake.states.start({ machine: lake.platform.names.replay, name: 'killed', input })
await ended
