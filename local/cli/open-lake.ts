import { existsSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import { DEFAULT_DEPLOYMENT, type Deployment } from '../../catalog/names.ts'
import { ExecutionStore } from '../executor/execution-store.ts'
import type { Executions } from '../executor/executions.ts'
import { isLakeLocked, lockLake } from '../executor/lake-lock.ts'
import { createPlatform, type Platform, type PlatformOptions } from '../platform.ts'
import { installSpark } from '../spark/install-spark.ts'
import { sparkRunner } from '../spark/spark-runner.ts'
import { streamParts } from '../stream/runtime/stream-parts.ts'
import { registerLeasedStreams } from '../stream/served/register-leased-streams.ts'
import { trinoSqlEngine } from '../trino/trino-sql-engine.ts'
import { UsageError } from './exit-codes.ts'
import { type ExecutorSettings, lakeExecutions } from './lake-executions.ts'

export const DEFAULT_LAKE = '.lake'

export const GLUE_ENGINES = ['duckdb', 'spark'] as const
export type GlueEngine = (typeof GLUE_ENGINES)[number]

export const ATHENA_ENGINES = ['duckdb', 'trino'] as const
export type AthenaEngine = (typeof ATHENA_ENGINES)[number]

/** Options that every command takes. */
export interface LakeOptions {
  /** Folder of the lake's state. */
  readonly lake: string
  readonly memory?: string
  readonly threads?: number
  /** What does Glue's curation job: DuckDB, or Glue's own script on Spark. */
  readonly glue?: GlueEngine
  /** What runs Athena's statements: DuckDB, or a Trino, which reads Athena's own SQL. */
  readonly athena?: AthenaEngine
  /** For one that writes: no other process may have the lake meanwhile. */
  readonly exclusive?: boolean
  /** Told what takes a while before the lake is open. */
  readonly say?: (text: string) => void
  /** Aborting it gives up what takes a while before the lake is open. */
  readonly signal?: AbortSignal
  /** Where it is served for other programs; a free port where it is left out, for the lake's own. */
  readonly port?: number
  /** For tests: how its executions run. */
  readonly executor?: ExecutorSettings
}

export interface Lake extends AsyncDisposable {
  readonly root: string
  readonly deployment: Deployment
  readonly platform: Platform
  readonly executions: ExecutionStore
  /** Step Functions: starts, stops and redrives executions in this process. */
  readonly states: Executions
  /** A document of the lake bucket, or undefined where there is none. */
  document<S extends z.ZodType>(key: string, schema: S): Promise<z.output<S> | undefined>
  /** Names of the documents below a prefix, in order. */
  documents(prefix: string): Promise<string[]>
}

/** Opens a lake that is there; a command that reads must not make an empty one by a typing error. */
export async function openExistingLake(options: LakeOptions): Promise<Lake> {
  const root = path.resolve(options.lake)
  if (!existsSync(root))
    throw new UsageError(
      `there is no lake at ${options.lake}: run "npm start" first, or name one with --lake`,
    )
  return openLake(options)
}

async function sparkRunners({ say, signal }: LakeOptions): Promise<PlatformOptions['curateRunner']> {
  const spark = await installSpark({ say, signal })
  return (runnerOptions) => sparkRunner({ ...runnerOptions, spark })
}

export async function openLake(options: LakeOptions): Promise<Lake> {
  const root = path.resolve(options.lake)
  const deployment = DEFAULT_DEPLOYMENT
  await using resources = new AsyncDisposableStack()
  const lock = options.exclusive ? resources.use(lockLake(root)) : undefined
  const executions = new ExecutionStore(root, () => !options.exclusive && isLakeLocked(root))
  const curateRunner = options.glue === 'spark' ? await sparkRunners(options) : undefined
  const platform = await createPlatform({
    root,
    deployment,
    isAlone: options.exclusive,
    ...(options.memory && { memoryLimit: options.memory }),
    ...(options.threads && { threads: options.threads }),
    ...(curateRunner && { curateRunner }),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.athena === 'trino' && {
      sqlEngine: (place) => trinoSqlEngine({ ...place, say: options.say, signal: options.signal }),
    }),
  })
  resources.use(platform)
  if (options.port !== undefined) lock?.announce(platform.endpoint)
  const {
    executions: states,
    definitions,
    recover,
  } = lakeExecutions({
    root,
    deployment,
    platform,
    store: executions,
    settings: options.executor,
  })
  resources.defer(() => states.close())
  resources.use(
    registerLeasedStreams(platform.registry, {
      root,
      region: deployment.region,
      names: platform.names,
      parts: async () => streamParts(await definitions(), platform.names),
    }),
  )
  if (options.exclusive) await recover()
  const bucket = platform.names.lakeBucket
  const open = resources.move()
  return {
    root,
    deployment,
    platform,
    executions,
    states,
    async document(key, schema) {
      const text = await platform.objects.text(bucket, key)
      return text === undefined ? undefined : schema.parse(JSON.parse(text))
    },
    async documents(prefix) {
      const { objects } = await platform.objects.list(bucket, prefix)
      return objects.map(({ key }) => key)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
