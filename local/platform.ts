import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { RAW } from '../catalog/layout.ts'
import { type Deployment, type Names, namesOf } from '../catalog/names.ts'
import { registerAthenaActions } from './athena/actions.ts'
import { Engine } from './athena/engine.ts'
import { type QueryOptions, type QueryResult, query } from './athena/query.ts'
import { QueryExecutions } from './athena/query-executions.ts'
import { registerDataBrewActions } from './databrew/actions.ts'
import { Catalog } from './glue/catalog.ts'
import { registerCrawlerActions } from './glue/crawler-actions.ts'
import { curateRunner } from './glue/curate-runner.ts'
import { type JobRunner, registerJobActions } from './glue/job-actions.ts'
import { deployCatalog } from './glue/lake-tables.ts'
import { registerPartitionActions } from './glue/partition-actions.ts'
import { registerTableActions } from './glue/table-actions.ts'
import { registerQuickSightActions } from './quicksight/actions.ts'
import { Registry } from './registry.ts'
import { Runs } from './runs.ts'
import { Locks } from './s3/locks.ts'
import { ObjectStore } from './s3/object-store.ts'
import { sweepStaging } from './s3/sweep-staging.ts'
import { registerSnsActions } from './sns/actions.ts'
import { type ExecutionIndex, registerStatesActions } from './states/actions.ts'
import { WireDoor } from './wire/door.ts'
import { wireEnvironment } from './wire/environment.ts'

export interface PlatformOptions {
  /** The folder of all state, `.lake`. */
  readonly root: string
  readonly deployment: Deployment
  /** For DuckDB, as it spells sizes. */
  readonly memoryLimit?: string
  readonly threads?: number
  /** Where the executions of state machines are known; none where it is left out. */
  readonly executions?: ExecutionIndex
  /** Does Glue's curation job in DuckDB's place. */
  readonly curateRunner?: JobRunner
}

export interface Platform extends AsyncDisposable {
  readonly registry: Registry
  readonly objects: ObjectStore
  readonly names: Names
  readonly paths: { readonly root: string; readonly work: string }
  /** Where the wire door answers. */
  readonly endpoint: string
  /** What a process needs to reach this platform, and nothing else, through AWS's SDKs. */
  readonly environment: Record<string, string>
  /** Runs a query in this process; it can only read. */
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
  sweepStaging(objects.staging)
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
  const queries = new QueryExecutions({ catalog, objects, engine, resultsBucket: names.resultsBucket })

  const locks = new Locks()
  // One memory limit for all: heavy work takes turns, and each has all processors anyway.
  const turn = <T>(heavy: () => Promise<T>): Promise<T> => locks.run('heavy', heavy)
  const runsOf = (kind: string) => new Runs(join(root, 'runs', kind))
  const runs = {
    crawls: runsOf('crawls'),
    jobs: runsOf('glue-jobs'),
    profiles: runsOf('databrew'),
    ingestions: runsOf('quicksight'),
  }

  const registry = new Registry()
  registerTableActions(registry, catalog)
  registerPartitionActions(registry, catalog)
  registerCrawlerActions(registry, {
    objects,
    catalog,
    runs: runs.crawls,
    target: {
      crawler: names.crawler,
      database: names.rawDatabase,
      bucket: names.rawBucket,
      prefix: RAW.uncompressed,
    },
  })
  const runner = options.curateRunner ?? curateRunner({ objects, work, memoryLimit, threads, turn })
  registerJobActions(registry, {
    runs: runs.jobs,
    runners: { [names.curateJob]: runner },
    maxConcurrentRuns: MAX_CONCURRENT_RUNS,
  })
  registerAthenaActions(registry, queries)
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
  registerQuickSightActions(registry, { engine, names, runs: runs.ingestions, folder: copiesFolder })
  registerSnsActions(registry, join(root, 'sns', 'outbox'))
  registerStatesActions(registry, options.executions ?? { list: () => [] })

  const door = new WireDoor(registry, objects)
  const endpoint = await door.open()
  const close = async () => {
    await door.close()
    await Promise.all([queries, ...Object.values(runs)].map((part) => part.close()))
    engine.close()
    rmSync(spillFolder, { recursive: true, force: true })
  }
  return {
    registry,
    objects,
    names,
    paths: { root, work },
    endpoint,
    environment: wireEnvironment(endpoint, deployment.region, root),
    query: (sql, queryOptions) => query(engine, sql, queryOptions),
    close,
    [Symbol.asyncDispose]: close,
  }
}
