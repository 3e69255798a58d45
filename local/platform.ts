import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { RAW } from '../catalog/layout.ts'
import { type Deployment, type Names, namesOf } from '../catalog/names.ts'
import type { DialectName } from '../sql/builder.ts'
import { ACCOUNT } from './account.ts'
import { registerAthenaActions } from './athena/actions.ts'
import { duckdbSqlEngine } from './athena/duckdb-sql-engine.ts'
import { Engine } from './athena/engine.ts'
import { registerMetadataActions } from './athena/metadata-actions.ts'
import { registerNamedQueryActions } from './athena/named-query-actions.ts'
import { type QueryOptions, type QueryResult, query } from './athena/query.ts'
import { QueryExecutions } from './athena/query-executions.ts'
import { QueryFiles } from './athena/query-files.ts'
import type { SqlEngine } from './athena/sql-engine.ts'
import { registerWorkgroupActions } from './athena/workgroup-actions.ts'
import { workgroupsOf } from './athena/workgroups.ts'
import { registerDataBrewActions } from './databrew/actions.ts'
import { Catalog } from './glue/catalog.ts'
import { registerCrawlerActions } from './glue/crawler-actions.ts'
import { type CurateRunnerOptions, curateRunner } from './glue/curate-runner.ts'
import { type JobRunner, registerJobActions } from './glue/job-actions.ts'
import { deployCatalog } from './glue/lake-tables.ts'
import { registerPartitionActions } from './glue/partition-actions.ts'
import { registerStatisticsActions } from './glue/statistics-actions.ts'
import { registerTableActions } from './glue/table-actions.ts'
import { ExecutionLogs } from './logs/execution-logs.ts'
import { registerQuickSightActions } from './quicksight/actions.ts'
import { Registry } from './registry.ts'
import { Runs } from './runs.ts'
import { Locks } from './s3/locks.ts'
import { ObjectStore } from './s3/object-store.ts'
import { registerSnsActions } from './sns/actions.ts'
import { registerStsActions } from './sts/actions.ts'
import { sweepOld } from './sweep-old.ts'
import { WireDoor } from './wire/door.ts'
import { wireEnvironment } from './wire/environment.ts'

/** What an engine that runs beside this process needs to reach the platform. */
export interface EnginePlace extends Pick<Platform, 'endpoint' | 'environment' | 'names'> {
  /** A folder for its own files, not there yet. */
  readonly folder: string
}

export interface PlatformOptions {
  /** The folder of all state, `.lake`. */
  readonly root: string
  readonly deployment: Deployment
  /** For DuckDB, as it spells sizes. */
  readonly memoryLimit?: string
  readonly threads?: number
  /** Where the wire door listens; a free port where it is left out. */
  readonly port?: number
  /** Nobody else has the lake: what another process was running is over. */
  readonly isAlone?: boolean | undefined
  /** Makes what does Glue's curation job in DuckDB's place. */
  readonly curateRunner?: (options: CurateRunnerOptions) => JobRunner
  /** Starts what runs Athena's statements in DuckDB's place. */
  readonly sqlEngine?: (place: EnginePlace) => Promise<SqlEngine>
}

export interface Platform extends AsyncDisposable {
  readonly registry: Registry
  readonly objects: ObjectStore
  /** What functions and jobs have logged. */
  readonly logs: ExecutionLogs
  readonly names: Names
  readonly paths: { readonly root: string; readonly work: string }
  /** Where the wire door answers. */
  readonly endpoint: string
  /** What a process needs to reach this platform, and nothing else, through AWS's SDKs. */
  readonly environment: Record<string, string>
  /** The SQL that its Athena reads. */
  readonly dialect: DialectName
  /** Runs a query in this process, in DuckDB's SQL whatever runs Athena's statements; it can only read. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>
  close(): Promise<void>
}

const DEFAULT_MEMORY_LIMIT = '4GB'
/** More than the state machine's Map starts at once. */
const MAX_CONCURRENT_RUNS = 10

/** The services that the lake uses, on this machine: everything they keep lies below `root`. */
export const createPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const root = resolve(options.root)
  const { deployment, memoryLimit = DEFAULT_MEMORY_LIMIT, threads } = options
  const names = namesOf(deployment)
  const work = join(root, 'work')
  mkdirSync(work, { recursive: true })
  const objects = new ObjectStore(root, [
    names.rawBucket,
    names.lakeBucket,
    names.resultsBucket,
    names.logsBucket,
  ])
  for (const folder of [objects.staging, work]) sweepOld(folder)
  const catalog = new Catalog(join(root, 'glue'))
  deployCatalog(catalog, names)
  const spillFolder = join(work, `athena-${process.pid}`)
  const bucketsFolder = join(root, 's3')
  const copiesFolder = join(root, 'quicksight')
  const engine = new Engine({
    catalog,
    objects,
    folders: [bucketsFolder, copiesFolder],
    linkFolder: objects.bucketPath(names.rawBucket),
    spillFolder,
    memoryLimit,
    threads,
  })
  const locks = new Locks()
  // One memory limit for all: heavy work takes turns, and each has all processors anyway.
  const turn = <T>(heavy: () => Promise<T>): Promise<T> => locks.run('heavy', heavy)
  const runsOf = (kind: string) => new Runs(join(root, 'runs', kind), { isAlone: options.isAlone ?? false })
  const runs = {
    crawls: runsOf('crawls'),
    jobs: runsOf('glue-jobs'),
    profiles: runsOf('databrew'),
    ingestions: runsOf('quicksight'),
  }

  const registry = new Registry()
  const door = new WireDoor(registry, objects, deployment.region)
  const endpoint = await door.open(options.port)
  const environment = wireEnvironment(endpoint, deployment.region, root)
  registerTableActions(registry, catalog)
  registerPartitionActions(registry, catalog)
  registerStatisticsActions(registry, catalog)
  registerCrawlerActions(registry, {
    objects,
    catalog,
    runs: runs.crawls,
    target: {
      crawler: names.crawler,
      database: names.rawDatabase,
      bucket: names.rawBucket,
      zones: [RAW.uncompressed, RAW.stream],
    },
  })
  const startSqlEngine = async (): Promise<SqlEngine> => {
    if (!options.sqlEngine) return duckdbSqlEngine({ engine, catalog, objects })
    try {
      const folder = join(work, `engine-${process.pid}`)
      return await options.sqlEngine({ endpoint, environment, names, folder })
    } catch (error) {
      await door.close()
      throw error
    }
  }
  const logs = new ExecutionLogs(root)
  const runner = (options.curateRunner ?? curateRunner)({
    objects,
    work,
    memoryLimit,
    threads,
    turn,
    writeLog: logs.write,
  })
  registerJobActions(registry, {
    runs: runs.jobs,
    runners: { [names.curateJob]: runner },
    maxConcurrentRuns: MAX_CONCURRENT_RUNS,
  })
  const sqlEngine = await startSqlEngine()
  const workgroups = workgroupsOf(names)
  const files = new QueryFiles(join(root, 'athena'))
  const queries = new QueryExecutions({ objects, engine: sqlEngine, workgroups, files })
  registerAthenaActions(registry, queries)
  registerNamedQueryActions(registry, workgroups, join(root, 'athena', 'named-queries'))
  registerWorkgroupActions(registry, workgroups, sqlEngine.version)
  registerMetadataActions(registry, catalog)
  registerDataBrewActions(registry, {
    objects,
    names,
    runs: runs.profiles,
    folder: join(root, 'databrew'),
    limits: {
      memoryLimit,
      threads: threads ?? availableParallelism(),
      tempDirectory: join(spillFolder, 'profile'),
    },
    turn,
  })
  registerQuickSightActions(registry, {
    engine,
    names,
    region: deployment.region,
    runs: runs.ingestions,
    folder: copiesFolder,
  })
  const topics = [names.operationsTopic, names.incidentsTopic].map(
    (topic) => `arn:aws:sns:${deployment.region}:${ACCOUNT}:${topic}`,
  )
  registerSnsActions(registry, join(root, 'sns', 'outbox'), topics)
  registerStsActions(registry)

  const close = async () => {
    await door.close()
    await Promise.all([queries, ...Object.values(runs)].map((part) => part.close()))
    await sqlEngine.close()
    engine.close()
    rmSync(spillFolder, { recursive: true, force: true })
  }
  return {
    registry,
    objects,
    logs,
    names,
    paths: { root, work },
    endpoint,
    environment,
    dialect: sqlEngine.dialect,
    query: (sql, queryOptions) => queries.whileListed(sql, () => query(engine, sql, queryOptions)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
