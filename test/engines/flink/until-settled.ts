import type { RunningFlink } from '../../../local/flink/start-flink.ts'
import { type RunNames, type Stage, until } from './stage.ts'

const QUIET_MS = 1000

/** Whether time has come as far in all of the job, and what was found up to there has been given to its sinks. */
export async function hasPassed({ rest }: RunningFlink, time: number): Promise<boolean> {
  const job = await rest.job()
  return job !== undefined && (await rest.watermark(job.id)) >= time
}

/**
 * Waits until time has come as far in all of the job, what came to its sinks since then is in the streams, and nothing follows.
 * `before` is how many records the streams had when the job was started.
 */
export async function untilSettled(
  stage: Stage,
  flink: RunningFlink,
  names: RunNames,
  { time, before = 0, timeoutMs = 400_000 }: { time: number; before?: number; timeoutMs?: number },
): Promise<void> {
  const count = () => stage.count(names.findings) + stage.count(names.deadLetters)
  await until(`all windows are closed`, flink, () => hasPassed(flink, time), timeoutMs)
  let last = -1
  let since = Date.now()
  await until('all that was found is in its stream', flink, async () => {
    const job = await flink.rest.job()
    const now = count()
    if (now !== last || !job || now - before < (await flink.rest.givenToSinks(job.id))) {
      last = now
      since = Date.now()
    }
    return Date.now() - since >= QUIET_MS
  })
}

/** Kinesis records that the job's source has read since it was started or restarted. */
export async function recordsRead({ rest }: RunningFlink): Promise<number> {
  const job = await rest.job()
  const source = job && (await rest.vertices(job.id)).find(({ name }) => name.startsWith('Source'))
  if (!source) return 0
  const counts = await rest.metrics(job.id, source.id, 'Source__events.numRecordsIn')
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
