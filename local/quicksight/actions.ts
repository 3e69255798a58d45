import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { publicViews } from '../../athena-views/index.ts'
import type { Names } from '../../catalog/names.ts'
import type { Engine } from '../athena/engine.ts'
import { failureReason } from '../athena/failure.ts'
import { interruptible } from '../duckdb/interruptible.ts'
import { identifier, quoted } from '../duckdb/text.ts'
import { pageOf } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'
import type { Run, Runs } from '../runs.ts'

const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/)

const STATUS: Readonly<Record<Run['state'], string>> = {
  RUNNING: 'RUNNING',
  SUCCEEDED: 'COMPLETED',
  FAILED: 'FAILED',
  STOPPED: 'CANCELLED',
}

export interface QuickSight {
  readonly engine: Engine
  readonly names: Names
  readonly region: string
  readonly runs: Runs
  /** Where the copies lie, one Parquet file a data set. */
  readonly folder: string
}

/** Copies a view; readers of the copy see the former one until the new one is whole. */
const ingest = async (
  { engine, names, folder }: QuickSight,
  dataSet: string,
  view: string,
  signal: AbortSignal,
) => {
  mkdirSync(folder, { recursive: true })
  const target = join(folder, `${dataSet}.parquet`)
  const temporary = `${target}.tmp`
  const connection = await engine.connect()
  try {
    const select = `SELECT * FROM ${identifier(names.viewDatabase)}.${identifier(view)}`
    const copy = `COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd)`
    const result = await interruptible(connection, signal, () => connection.run(copy))
    renameSync(temporary, target)
    return { rows: result.rowsChanged }
  } catch (error) {
    throw new Error(failureReason(error))
  } finally {
    rmSync(temporary, { force: true })
    connection.closeSync()
  }
}

/** QuickSight's SPICE as a folder of copies; the ingestion id is an idempotency key, as there. */
export const registerQuickSightActions = (registry: Registry, quicksight: QuickSight): void => {
  const { names, region, runs } = quicksight
  const viewOf = new Map(publicViews.map(({ name }) => [names.dataSet(name), name]))
  const input = z.object({ AwsAccountId: z.string(), DataSetId: id, IngestionId: id })
  const arn = ({ AwsAccountId, DataSetId, IngestionId }: z.output<typeof input>): string =>
    `arn:aws:quicksight:${region}:${AwsAccountId}:dataset/${DataSetId}/ingestion/${IngestionId}`
  const runId = ({ DataSetId, IngestionId }: z.output<typeof input>): string =>
    `${DataSetId}.${IngestionId}`.slice(0, 200)

  const checkDataSet = (DataSetId: string): string => {
    const view = viewOf.get(DataSetId)
    if (view === undefined)
      throw new AwsError('ResourceNotFoundException', `DataSet ${DataSetId} does not exist`, 404)
    return view
  }

  const work = (dataSet: string, view: string) => (signal: AbortSignal) =>
    ingest(quicksight, dataSet, view, signal)
  runs.goOnWith(({ detail }) => work(String(detail.dataSet), String(detail.view)))

  registry.register('quicksight', 'createIngestion', input, async (request) => {
    const { DataSetId, IngestionId } = request
    const view = checkDataSet(DataSetId)
    const known = runs.get(runId(request))
    const run =
      known ??
      runs.start(runId(request), { dataSet: DataSetId, ingestion: IngestionId, view }, work(DataSetId, view))
    return { Arn: arn(request), IngestionId, IngestionStatus: STATUS[run.state], Status: 201 }
  })

  /** Of an ingestion that is known. */
  const find = (request: z.output<typeof input>): Run => {
    const run = runs.get(runId(request))
    if (!run)
      throw new AwsError('ResourceNotFoundException', `Ingestion ${request.IngestionId} does not exist`, 404)
    return run
  }
  const described = (request: z.output<typeof input>, { state, error, startedAt, endedAt, detail }: Run) => ({
    Arn: arn(request),
    IngestionId: request.IngestionId,
    IngestionStatus: STATUS[state],
    ...(error === undefined ? {} : { ErrorInfo: { Type: 'SQL_EXCEPTION', Message: error } }),
    ...(state === 'SUCCEEDED' ? { RowInfo: { RowsIngested: detail.rows, RowsDropped: 0 } } : {}),
    CreatedTime: new Date(startedAt),
    IngestionTimeInSeconds: Math.round((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000),
    RequestSource: 'MANUAL',
    RequestType: 'FULL_REFRESH',
  })
  registry.register('quicksight', 'describeIngestion', input, async (request) => ({
    Ingestion: described(request, find(request)),
    Status: 200,
  }))
  registry.register('quicksight', 'cancelIngestion', input, async (request) => {
    runs.stop(find(request).id)
    return { Arn: arn(request), IngestionId: request.IngestionId, Status: 200 }
  })

  const paged = {
    AwsAccountId: z.string(),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(100).optional(),
  }
  const ofDataSet = z.object({ DataSetId: id, ...paged })
  registry.register('quicksight', 'listIngestions', ofDataSet, async (request) => {
    const { AwsAccountId, DataSetId, NextToken, MaxResults = 100 } = request
    checkDataSet(DataSetId)
    const found = runs.list().filter(({ detail }) => detail.dataSet === DataSetId)
    const { items, ...next } = pageOf(found, NextToken, MaxResults, 'InvalidNextTokenException')
    const Ingestions = items.map((run) => {
      const IngestionId = String(run.detail.ingestion ?? run.id.slice(DataSetId.length + 1))
      return described({ AwsAccountId, DataSetId, IngestionId }, run)
    })
    return { Ingestions, ...next, Status: 200 }
  })
  registry.register('quicksight', 'listDataSets', z.object(paged), async (request) => {
    const { AwsAccountId, NextToken, MaxResults = 100 } = request
    const { items, ...next } = pageOf([...viewOf.keys()], NextToken, MaxResults, 'InvalidNextTokenException')
    const DataSetSummaries = items.map((DataSetId) => ({
      Arn: `arn:aws:quicksight:${region}:${AwsAccountId}:dataset/${DataSetId}`,
      DataSetId,
      Name: viewOf.get(DataSetId),
      ImportMode: 'SPICE',
    }))
    return { DataSetSummaries, ...next, Status: 200 }
  })
}
