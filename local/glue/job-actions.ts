import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import type { Run, Runs } from '../runs.ts'
import { pageOf } from './paging.ts'

/** What does a Glue job's work, given its arguments (`--manifest`, …): DuckDB here; a Spark could stand in its place. */
export interface JobRunner {
  run(args: Readonly<Record<string, string>>, context: { readonly signal: AbortSignal }): Promise<void>
}

const GLUE_VERSION = '5.1'

const paged = { NextToken: z.string().optional(), MaxResults: z.number().int().min(1).max(200).optional() }

const names = z.record(z.string(), z.string())

const jobRun = (name: string, { id, state, startedAt, endedAt, error, detail }: Run) => ({
  Id: id,
  Attempt: 0,
  JobName: name,
  JobRunState: state,
  Arguments: detail.arguments,
  StartedOn: new Date(startedAt),
  LastModifiedOn: new Date(endedAt ?? startedAt),
  ...(endedAt === undefined ? {} : { CompletedOn: new Date(endedAt) }),
  ...(error === undefined ? {} : { ErrorMessage: error }),
  ExecutionTime: Math.round((Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt)) / 1000),
  GlueVersion: GLUE_VERSION,
})

export interface Jobs {
  readonly runs: Runs
  readonly runners: Readonly<Record<string, JobRunner>>
  /** As the job's ExecutionProperty says. */
  readonly maxConcurrentRuns: number
}

export const registerJobActions = (registry: Registry, { runs, runners, maxConcurrentRuns }: Jobs): void => {
  const find = (JobName: string, id: string): Run => {
    const run = runs.get(id)
    if (!run || run.detail.jobName !== JobName)
      throw new AwsError('EntityNotFoundException', `Job run ${id} of ${JobName} was not found`)
    return run
  }

  const jobNames = Object.keys(runners)
  const findJob = (Name: string) => {
    if (!Object.hasOwn(runners, Name))
      throw new AwsError('EntityNotFoundException', `Job ${Name} was not found`)
    return {
      Name,
      Role: 'local',
      Command: { Name: 'glueetl' },
      ExecutionProperty: { MaxConcurrentRuns: maxConcurrentRuns },
      MaxRetries: 0,
      GlueVersion: GLUE_VERSION,
    }
  }

  const start = z.object({ JobName: z.string(), Arguments: names.optional() })
  registry.register('glue', 'startJobRun', start, async ({ JobName, Arguments = {} }) => {
    const runner = runners[JobName]
    if (!runner)
      throw new AwsError(
        'EntityNotFoundException',
        `Failed to start job run due to missing metadata: ${JobName}`,
      )
    const running = runs.running().filter(({ detail }) => detail.jobName === JobName)
    if (running.length >= maxConcurrentRuns)
      throw new AwsError('ConcurrentRunsExceededException', `Concurrent runs exceeded for ${JobName}`)
    const JobRunId = `jr_${randomBytes(32).toString('hex')}`
    runs.start(JobRunId, { jobName: JobName, arguments: Arguments }, async (signal) => {
      await runner.run(Arguments, { signal })
      return {}
    })
    return { JobRunId }
  })

  const one = z.object({ JobName: z.string(), RunId: z.string() })
  registry.register('glue', 'getJobRun', one, async ({ JobName, RunId }) => ({
    JobRun: jobRun(JobName, find(JobName, RunId)),
  }))

  const ofJob = z.object({ JobName: z.string(), ...paged })
  registry.register('glue', 'getJobRuns', ofJob, async ({ JobName, NextToken, MaxResults }) => {
    findJob(JobName)
    const found = runs.list().filter(({ detail }) => detail.jobName === JobName)
    const { items, ...next } = pageOf(found, NextToken, MaxResults ?? 200)
    return { JobRuns: items.map((run) => jobRun(JobName, run)), ...next }
  })
  registry.register('glue', 'getJob', z.object({ JobName: z.string() }), async ({ JobName }) => ({
    Job: findJob(JobName),
  }))
  registry.register('glue', 'getJobs', z.object(paged), async ({ NextToken, MaxResults }) => {
    const { items, ...next } = pageOf(jobNames, NextToken, MaxResults ?? 200)
    return { Jobs: items.map(findJob), ...next }
  })
  registry.register('glue', 'listJobs', z.object(paged), async ({ NextToken, MaxResults }) => {
    const { items, ...next } = pageOf(jobNames, NextToken, MaxResults ?? 200)
    return { JobNames: items, ...next }
  })

  const stop = z.object({ JobName: z.string(), JobRunIds: z.array(z.string()).min(1).max(25) })
  registry.register('glue', 'batchStopJobRun', stop, async ({ JobName, JobRunIds }) => {
    for (const JobRunId of JobRunIds) runs.stop(find(JobName, JobRunId).id)
    return { SuccessfulSubmissions: JobRunIds.map((JobRunId) => ({ JobName, JobRunId })), Errors: [] }
  })
}
