import { z } from 'zod'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { run } from '../../local/cli/program.ts'
import { Streams } from '../../local/kinesis/streams.ts'
import { ObjectStore } from '../../local/s3/object-store.ts'

/** A command line that kills its process with SIGKILL right after so many writes to one place; never where none is named. */
const order = z.object({
  args: z.array(z.string()),
  kill: z
    .object({ after: z.number().int().min(1), writes: z.enum(['events', 'findings', 'raw', 'summary']) })
    .optional(),
})
const { args, kill } = order.parse(JSON.parse(process.argv[2] ?? '{}'))
const names = namesOf(DEFAULT_DEPLOYMENT)
const place = {
  events: names.eventStream,
  findings: names.findingStream,
  raw: names.rawBucket,
  summary: 'summary',
}

let left = kill?.after ?? 0
function written(where: string): void {
  if (!kill || where !== place[kill.writes]) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

const putRecords = Streams.prototype.put
Streams.prototype.put = function (this: Streams, name, records) {
  const results = putRecords.call(this, name, records)
  written(name)
  return results
}
const putObject = ObjectStore.prototype.put
ObjectStore.prototype.put = async function (this: ObjectStore, bucket, ...rest) {
  const object = await putObject.call(this, bucket, ...rest)
  written(bucket)
  return object
}

const print = process.stdout.write
process.stdout.write = function (this: typeof process.stdout, text: string | Uint8Array): boolean {
  const isTaken = print.call(this, text)
  if (String(text).startsWith('The input is over')) written(place.summary)
  return isTaken
}

process.exitCode = await run(args)
