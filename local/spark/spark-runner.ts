import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { statementsFile } from '../../glue-jobs/statements.ts'
import { startChild } from '../engines/child-process.ts'
import { addScratch, removeScratch } from '../engines/process-groups.ts'
import type { CurateRunnerOptions } from '../glue/curate-runner.ts'
import type { JobRunner } from '../glue/job-actions.ts'
import { logLinesOf } from '../logs/log-lines.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { failureCause } from './failure-cause.ts'
import type { Spark } from './install-spark.ts'
import { sparkEnvironment, sparkSettings } from './spark-settings.ts'

/** The script that is deployed, as it is. */
const SCRIPT = join(import.meta.dirname, '../../glue-jobs/curate.py')
const THREADS = 2

export interface SparkRunnerOptions extends CurateRunnerOptions {
  readonly spark: Spark
}

/** What a job's arguments reach: its buckets, as this machine's folders. */
const bucketsOf = (args: Readonly<Record<string, string>>, objects: CurateRunnerOptions['objects']) => {
  const manifest = parseS3Uri(args['--manifest'] ?? '')
  const { bucket: raw } = JSON.parse(readFileSync(objects.pathOf(manifest.bucket, manifest.key), 'utf8'))
  const named = Object.values(args)
    .filter((value) => value.startsWith('s3://'))
    .map((uri) => parseS3Uri(uri).bucket)
  return Object.fromEntries([raw, ...named].map((bucket) => [bucket, objects.bucketPath(bucket)]))
}

/** Glue's curation job, done by Glue's own script on a Spark of this machine. */
export const sparkRunner = (options: SparkRunnerOptions): JobRunner => {
  const { spark, objects, work, memoryLimit, threads = THREADS, turn, writeLog } = options
  let runs = 0

  async function submit(args: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const name = `${basename(args['--manifest'] ?? 'job', '.manifest.json')}-${process.pid}-${++runs}`
    const scratch = join(work, `spark-${name}`)
    const log = join(work, 'spark-logs', `${new Date().toISOString().replaceAll(':', '')}-${name}.log`)
    addScratch(scratch)
    mkdirSync(scratch, { recursive: true })
    try {
      // The job's default arguments, which the state machine doesn't name.
      const statements = join(scratch, 'statements.json')
      writeFileSync(statements, statementsFile())
      const given = { '--statements': pathToFileURL(statements).href, ...args }
      const settings = sparkSettings({ buckets: bucketsOf(args, objects), scratch, threads, memoryLimit })
      const child = await startChild({
        command: spark.submit,
        args: [
          ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
          SCRIPT,
          ...Object.entries(given).flat(),
        ],
        environment: sparkEnvironment(spark),
        folder: scratch,
        log,
        signal,
      })
      const end = await child.ended
      const printed = readFileSync(log, 'utf8')
      for (const line of logLinesOf(printed)) writeLog?.(line)
      signal.throwIfAborted()
      if (end.code === 0) return
      const cause = end.signal ? `it was killed by ${end.signal}` : failureCause(printed)
      throw new Error(`the Spark job failed: ${cause}. Its log: ${log}`)
    } finally {
      removeScratch(scratch)
    }
  }

  return { run: (args, { signal }) => turn(() => submit(args, signal)) }
}
