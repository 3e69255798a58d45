import { existsSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import { DEFAULT_DEPLOYMENT, type Deployment } from '../../catalog/names.ts'
import { ExecutionStore } from '../executor/execution-store.ts'
import { createPlatform, type Platform } from '../platform.ts'
import { UsageError } from './exit-codes.ts'

export const DEFAULT_LAKE = '.lake'
/** No account of AWS has this number. */
export const ACCOUNT = '000000000000'

/** Options that every command takes. */
export interface LakeOptions {
  /** Folder of the lake's state. */
  readonly lake: string
  readonly memory?: string
  readonly threads?: number
}

export interface Lake extends AsyncDisposable {
  readonly root: string
  readonly deployment: Deployment
  readonly platform: Platform
  readonly executions: ExecutionStore
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

export async function openLake(options: LakeOptions): Promise<Lake> {
  const root = path.resolve(options.lake)
  const deployment = DEFAULT_DEPLOYMENT
  const executions = new ExecutionStore(root)
  const platform = await createPlatform({
    root,
    deployment,
    executions,
    ...(options.memory && { memoryLimit: options.memory }),
    ...(options.threads && { threads: options.threads }),
  })
  const bucket = platform.names.lakeBucket
  return {
    root,
    deployment,
    platform,
    executions,
    async document(key, schema) {
      const text = await platform.objects.text(bucket, key)
      return text === undefined ? undefined : schema.parse(JSON.parse(text))
    },
    async documents(prefix) {
      const { objects } = await platform.objects.list(bucket, prefix)
      return objects.map(({ key }) => key)
    },
    [Symbol.asyncDispose]: () => platform.close(),
  }
}
