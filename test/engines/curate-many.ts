import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { statementsFile } from '../../glue-jobs/statements.ts'
import { startChild } from '../../local/engines/child-process.ts'
import { failureCause } from '../../local/spark/failure-cause.ts'
import type { Spark } from '../../local/spark/install-spark.ts'
import { sparkEnvironment, sparkSettings } from '../../local/spark/spark-settings.ts'

export type JobArguments = Readonly<Record<string, string>>

export interface ManyOptions {
  readonly spark: Spark
  readonly buckets: Readonly<Record<string, string>>
  readonly folder: string
  readonly jobs: readonly JobArguments[]
}

const DRIVER = join(import.meta.dirname, 'curate_many.py')
const SCRIPTS = join(import.meta.dirname, '../../glue-jobs')

/** Does many jobs in one Spark session, set as the runner sets it; for each, why it failed, or null. */
export async function curateMany({ spark, buckets, folder, jobs }: ManyOptions): Promise<(string | null)[]> {
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  writeFileSync(file('statements.json'), statementsFile())
  const statements = pathToFileURL(file('statements.json')).href
  writeFileSync(
    file('jobs.json'),
    JSON.stringify(jobs.map((job) => Object.entries({ '--statements': statements, ...job }).flat())),
  )
  const settings = sparkSettings({ buckets, scratch: folder, threads: 2, memoryLimit: '4GB' })
  const child = await startChild({
    command: spark.submit,
    args: [
      ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
      DRIVER,
      SCRIPTS,
      file('jobs.json'),
      file('outcomes.json'),
    ],
    environment: sparkEnvironment(spark),
    folder,
    log: file('log'),
  })
  const { code } = await child.ended
  if (code !== 0) throw new Error(`Spark: ${failureCause(readFileSync(file('log'), 'utf8'))}`)
  return z.array(z.string().nullable()).parse(JSON.parse(readFileSync(file('outcomes.json'), 'utf8')))
}
