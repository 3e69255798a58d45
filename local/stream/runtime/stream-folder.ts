import { join } from 'node:path'
import { z } from 'zod'
import { readDocument } from '../../files.ts'

/** Where the real-time path keeps its state, below a lake's folder. */
export const streamFolder = (root: string) => {
  const folder = join(root, 'stream')
  return {
    /** Holds the lock: one process at a time runs the path. */
    folder,
    streams: join(folder, 'streams.sqlite'),
    tables: join(folder, 'dynamodb'),
    job: join(folder, 'job.json'),
    mapping: join(folder, 'mapping.json'),
    delivery: join(folder, 'delivery.json'),
    /** Says where the process that runs the path answers. */
    running: join(folder, 'running.json'),
  }
}

const runningStream = z.object({
  pid: z.number(),
  /** Where its Kinesis answers. */
  endpoint: z.string(),
  /** Where its DynamoDB answers. */
  dynamodb: z.string(),
})
export type RunningStream = z.output<typeof runningStream>

/** Of the process that runs the path; undefined where none does, and of one that was killed until the next one runs. */
export const readRunning = (root: string): RunningStream | undefined =>
  runningStream.safeParse(readDocument(streamFolder(root).running)).data
