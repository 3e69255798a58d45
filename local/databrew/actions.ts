import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { LAKE, RAW, s3Uri } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import type { DuckDBLimits } from '../duckdb/with-duckdb.ts'
import { readDocument, writeDocument } from '../files.ts'
import { pageOf } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'
import type { Run, Runs } from '../runs.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { datasetFiles } from './dataset-files.ts'
import { profileFiles } from './profile.ts'

const dataset = z.object({
  Input: z.object({
    S3InputDefinition: z.object({ Bucket: z.string(), Key: z.string().max(1280).optional() }),
  }),
  Format: z.string().optional(),
  FormatOptions: z.unknown().optional(),
  PathOptions: z.unknown().optional(),
})
type Dataset = z.output<typeof dataset>

export interface DataBrew {
  readonly objects: ObjectStore
  readonly names: Names
  readonly runs: Runs
  /** Where the data set's definition lies. */
  readonly folder: string
  readonly limits: Omit<DuckDBLimits, 'signal'>
  /** Waits for a turn, so that heavy work does not run side by side. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
}

const runOutput = (name: string, { id, state, startedAt, endedAt, error, detail }: Run) => ({
  JobName: name,
  RunId: id,
  DatasetName: detail.dataset,
  State: state,
  Attempt: 0,
  StartedOn: new Date(startedAt),
  ...(endedAt === undefined ? {} : { CompletedOn: new Date(endedAt) }),
  ...(error === undefined ? {} : { ErrorMessage: error }),
  ExecutionTime: Math.round((Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt)) / 1000),
})

const profile = async (
  { objects, names, limits, turn }: DataBrew,
  { Input }: Dataset,
  name: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> => {
  const { Bucket, Key = '' } = Input.S3InputDefinition
  const keys = await datasetFiles(objects, Bucket, Key)
  if (keys.length === 0)
    throw new Error(`No file matches ${s3Uri(Bucket, Key)}: upload raw files, or correct the data set's key`)
  const found = await turn(() =>
    profileFiles({
      bucket: Bucket,
      keys,
      resolve: (bucket, key) => objects.pathOf(bucket, key),
      folder: `${limits.tempDirectory}-files`,
      limits: { ...limits, signal },
    }),
  )
  const output = `${LAKE.profiles}${name}.json`
  const document = { datasetName: names.profileDataset, location: s3Uri(Bucket, Key), ...found }
  await objects.put(names.lakeBucket, output, `${JSON.stringify(document, null, 1)}\n`)
  return { output: s3Uri(names.lakeBucket, output), rows: found.sampleSize }
}

const byName = z.object({ Name: z.string() })
const paged = { NextToken: z.string().optional(), MaxResults: z.number().int().min(1).max(100).optional() }

/** DataBrew's data set and profile job, as the deployment makes them. */
export const registerDataBrewActions = (registry: Registry, databrew: DataBrew): void => {
  const { names, runs, folder } = databrew
  const path = join(folder, `${names.profileDataset}.json`)
  const initial: Dataset = {
    Input: { S3InputDefinition: { Bucket: names.rawBucket, Key: `${RAW.uncompressed}<.+>` } },
    Format: 'CSV',
  }
  const current = (): Dataset => dataset.parse(readDocument(path) ?? initial)
  const missing = (what: string) =>
    new AwsError('ResourceNotFoundException', `The ${what} was not found`, 404)
  const checkDataset = (name: string): void => {
    if (name !== names.profileDataset) throw missing(`dataset ${name}`)
  }
  const checkJob = (name: string): void => {
    if (name !== names.profileJob) throw missing(`job ${name}`)
  }
  const find = (name: string, id: string): Run => {
    const run = name === names.profileJob ? runs.get(id) : undefined
    if (!run) throw missing(`run ${id} of job ${name}`)
    return run
  }

  registry.register('databrew', 'updateDataset', dataset.extend(byName.shape), async ({ Name, ...input }) => {
    checkDataset(Name)
    writeDocument(path, input)
    return { Name }
  })
  const described = () => ({ Name: names.profileDataset, Source: 'S3', ...current() })
  registry.register('databrew', 'describeDataset', byName, async ({ Name }) => {
    checkDataset(Name)
    return described()
  })
  registry.register('databrew', 'listDatasets', z.object({}), async () => ({ Datasets: [described()] }))

  const job = {
    Name: names.profileJob,
    DatasetName: names.profileDataset,
    Type: 'PROFILE',
    MaxRetries: 0,
    Outputs: [{ Location: { Bucket: names.lakeBucket, Key: LAKE.profiles } }],
  }
  registry.register('databrew', 'describeJob', byName, async ({ Name }) => {
    checkJob(Name)
    return job
  })
  registry.register('databrew', 'listJobs', z.object({}), async () => ({ Jobs: [job] }))
  registry.register('databrew', 'listJobRuns', byName.extend(paged), async (input) => {
    const { Name, NextToken, MaxResults = 100 } = input
    checkJob(Name)
    const { items, ...next } = pageOf(runs.list(), NextToken, MaxResults, 'ValidationException')
    return { JobRuns: items.map((run) => runOutput(Name, run)), ...next }
  })
  registry.register('databrew', 'startJobRun', byName, async ({ Name }) => {
    checkJob(Name)
    if (runs.running().length > 0)
      throw new AwsError('ConflictException', `The job ${Name} is already running`, 409)
    const RunId = `db_${randomBytes(32).toString('hex')}`
    const output = `${names.profileDataset}_${RunId}`
    const input = current()
    runs.start(RunId, { dataset: names.profileDataset }, (signal) => profile(databrew, input, output, signal))
    return { RunId }
  })
  const one = z.object({ Name: z.string(), RunId: z.string() })
  registry.register('databrew', 'describeJobRun', one, async ({ Name, RunId }) =>
    runOutput(Name, find(Name, RunId)),
  )
  registry.register('databrew', 'stopJobRun', one, async ({ Name, RunId }) => {
    runs.stop(find(Name, RunId).id)
    return { RunId }
  })
}
