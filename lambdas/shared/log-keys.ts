import { z } from 'zod'
import { DEFAULT_DEPLOYMENT, namesOf } from '../../catalog/names.ts'
import { runOf, runOfExecution } from './run-id.ts'

/** What a line of a log is about: by these keys the lines of all functions and jobs of one execution are found together. */
export interface LogKeys {
  /** ARN of the execution. */
  readonly execution?: string
  /** Its run, as versions, releases and documents name it. */
  readonly run?: string
  readonly slice?: string
  readonly version?: string
  readonly mart?: string
  readonly month?: string
}

// A key that is of another form here must not cost the others.
const text = z.string().optional().catch(undefined)

const named = z.object({
  execution: text,
  run: text,
  /** The execution's name, in events from outside a run. */
  name: text,
  slice: z
    .union([
      z.object({ slice: text, version: text, month: text }),
      z.string().transform((slice) => ({ slice })),
    ])
    .catch({}),
  version: text,
  mart: text,
  month: text,
  /** EventBridge's, about an execution whose status changed. */
  detail: z.object({ executionArn: text, name: text }).catch({ executionArn: undefined, name: undefined }),
})

/** The keys that a handler's event names. */
export function logKeysOf(event: unknown): LogKeys {
  const parsed = named.safeParse(event)
  if (!parsed.success) return {}
  const { detail, slice, ...given } = parsed.data
  const execution = given.execution ?? detail.executionArn
  const keys = {
    execution,
    run: given.run ?? runBy(execution, given.name ?? detail.name),
    ...slice,
    ...defined({ version: given.version, mart: given.mart, month: given.month }),
  }
  return defined(keys)
}

function runBy(execution: string | undefined, name: string | undefined): string | undefined {
  const { environment } = DEFAULT_DEPLOYMENT
  const names = namesOf({ ...DEFAULT_DEPLOYMENT, environment: process.env.ENVIRONMENT ?? environment })
  if (execution?.startsWith('arn:')) return runOfExecution(execution, names)
  return name === undefined ? undefined : runOf(name)
}

const defined = <T extends object>(keys: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as never
