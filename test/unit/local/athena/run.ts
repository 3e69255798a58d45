import type { Platform } from '../../../../local/platform.ts'
import { caller, until } from '../temporary-platform.ts'

export interface Ended {
  readonly id: string
  readonly state: string
  readonly reason: string | undefined
  readonly bytes: number
  readonly location: string
}

/** Runs a statement to its end, as a state machine's task does. */
export const run = async (platform: Platform, sql: string, database?: string): Promise<Ended> => {
  const call = caller(platform)
  const QueryExecutionContext = database === undefined ? undefined : { Database: database }
  const { QueryExecutionId: id } = await call('athena', 'startQueryExecution', {
    QueryString: sql,
    QueryExecutionContext,
  })
  return await until(async () => {
    const { QueryExecution } = await call('athena', 'getQueryExecution', { QueryExecutionId: id })
    const { State: state, StateChangeReason: reason } = QueryExecution.Status
    if (state === 'QUEUED' || state === 'RUNNING') return undefined
    const bytes = QueryExecution.Statistics.DataScannedInBytes
    return { id, state, reason, bytes, location: QueryExecution.ResultConfiguration.OutputLocation }
  })
}

/** The rows of a query as Athena gives them: texts, the header first, undefined for null. */
export const rowsOf = async (
  platform: Platform,
  sql: string,
  database?: string,
): Promise<(string | undefined)[][]> => {
  const { id, state, reason } = await run(platform, sql, database)
  if (state !== 'SUCCEEDED') throw new Error(`${state}: ${reason}`)
  const { ResultSet } = await caller(platform)('athena', 'getQueryResults', { QueryExecutionId: id })
  return ResultSet.Rows.map(({ Data }: { Data: { VarCharValue?: string }[] }) =>
    Data.map((datum) => datum.VarCharValue),
  )
}

export const lakeUri = (platform: Platform, key: string): string => `s3://${platform.names.lakeBucket}/${key}`

/** Writes rows as Parquet at a place in the lake, and takes the table away again: what a Glue job would leave. */
export const writeParquet = async (platform: Platform, prefix: string, select: string): Promise<void> => {
  const ctas = `CREATE TABLE ecommerce_lake.tmp WITH (external_location = '${lakeUri(platform, prefix)}') AS ${select}`
  const { state, reason } = await run(platform, ctas)
  if (state !== 'SUCCEEDED') throw new Error(reason)
  await run(platform, 'DROP TABLE ecommerce_lake.tmp')
}

/** Adds a category of a version to the curated events. */
export const addEvents = async (
  platform: Platform,
  version: string,
  category: bigint,
  rows: number,
): Promise<void> => {
  const prefix = `curated/version=${version}/category_id=${category}/`
  await writeParquet(
    platform,
    prefix,
    `SELECT TIMESTAMP '2019-10-01 00:00:00' + to_seconds(CAST(i AS INTEGER)) AS event_time, 'view' AS event_type, i AS product_id,
       CAST(NULL AS VARCHAR) AS category_code, 'b' AS brand, CAST(1.5 AS DECIMAL(10,2)) AS price, i AS user_id, 's' AS user_session
     FROM range(${rows}) t(i)`,
  )
  await caller(platform)('glue', 'createPartition', {
    DatabaseName: 'ecommerce_lake',
    TableName: 'ecomm_user_activity_parquet',
    PartitionInput: {
      Values: [version, `${category}`],
      StorageDescriptor: { Location: lakeUri(platform, prefix) },
    },
  })
}
