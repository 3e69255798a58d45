import { setTimeout as sleep } from 'node:timers/promises'
import { AwsError, type Registry } from '../registry.ts'
import { type Json, sizeOf } from './asl/json.ts'
import { childInput, inPascalCase } from './child-execution.ts'
import type { LambdaInvoker } from './lambda-invoker.ts'
import { isPending, type Result, SYNC, type SyncIntegration } from './sync-integrations.ts'
import { TaskError } from './task-error.ts'

/** The most that a task may take or give, as Step Functions counts it. */
const PAYLOAD_LIMIT = 256 * 1024
const FIRST_POLL_MS = 5
const LONGEST_POLL_MS = 250
/** How long what is told to stop is waited for. */
const STOPPING_MS = 10_000

/** How Step Functions spells a service in front of its errors. */
const ERROR_PREFIX: Readonly<Record<string, string>> = {
  athena: 'Athena',
  databrew: 'DataBrew',
  glue: 'Glue',
  quicksight: 'QuickSight',
  sfn: 'Sfn',
  sns: 'SNS',
  states: 'StepFunctions',
}

/** Step Functions' own errors get the name of the SDK's class. */
const errorName = (service: string, code: string): string => {
  const isOwn = (service === 'states' || service === 'sfn') && !code.endsWith('Exception')
  return `${ERROR_PREFIX[service] ?? service}.${code}${isOwn ? 'Exception' : ''}`
}

const withoutPrefix = (resource: string): string => resource.replace(/^arn:aws[\w-]*:states:[^:]*:[^:]*:/, '')

function checkSize(payload: unknown, what: string): void {
  const bytes = sizeOf(payload)
  if (bytes > PAYLOAD_LIMIT)
    throw new TaskError(
      'States.DataLimitExceeded',
      `the ${what} has ${bytes} bytes; the limit is ${PAYLOAD_LIMIT}`,
    )
}

/** What crosses the door is JSON, as on AWS: no Dates, no undefined members, no shared references. */
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null))

/** Told what a `.sync` integration has started. */
export type OnSubmitted = (output: Json) => void

export interface TaskDoor {
  /** Answers a task: `resource` is the state's Resource, `input` its evaluated Parameters. */
  run(resource: string, input: unknown, signal: AbortSignal, onSubmitted?: OnSubmitted): Promise<unknown>
}

/** A function goes on when its execution has ended, as on AWS; nobody waits for it then. */
const unlessAborted = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work(), promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** The state machine's door to the platform: what a Task's Resource means on one machine. */
export function createTaskDoor(
  registry: Registry,
  invoker: Pick<LambdaInvoker, 'invoke' | 'settled'>,
): TaskDoor {
  async function call(service: string, action: string, input: unknown, signal: AbortSignal): Promise<Result> {
    try {
      return ((await registry.call(service === 'sfn' ? 'states' : service, action, input, { signal })) ??
        {}) as Result
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw new TaskError(errorName(service, error.code), error.message)
    }
  }

  async function untilEnded(service: string, sync: SyncIntegration, question: Result, signal: AbortSignal) {
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
      const described = await call(service, sync.describe, question, signal)
      if (!isPending(sync.state(described))) return described
      await sleep(pause, undefined, { signal })
    }
  }

  interface Started {
    readonly service: string
    readonly sync: SyncIntegration
    readonly started: Result
    readonly input: Result
  }

  /** A run that goes on would write beside the one that a retry starts: so it is stopped, and its end is waited for. */
  async function stop({ service, sync, started, input }: Started): Promise<void> {
    const signal = AbortSignal.timeout(STOPPING_MS)
    await call(service, sync.stop, sync.stopWith(started, input), signal)
    await untilEnded(service, sync, sync.describeWith(started, input), signal).catch(() => {})
  }

  async function runToEnd(
    [service, sync, suffix]: readonly [string, SyncIntegration, string],
    input: Result,
    signal: AbortSignal,
    onSubmitted?: OnSubmitted,
  ): Promise<Result> {
    const started = await call(service, sync.action, sync.startWith?.(input) ?? input, signal)
    let described: Result
    try {
      onSubmitted?.(asJson(sync.submitted?.(started) ?? started))
      described = await untilEnded(service, sync, sync.describeWith(started, input), signal)
    } catch (error) {
      await stop({ service, sync, started, input }).catch(() => {})
      throw error
    }
    const result = sync.result(described, suffix)
    if (sync.state(described) === 'SUCCEEDED') return result
    throw new TaskError('States.TaskFailed', JSON.stringify(sync.failure?.(described) ?? result))
  }

  function dispatch(resource: string, input: unknown, signal: AbortSignal, onSubmitted?: OnSubmitted) {
    if (/^arn:aws[\w-]*:lambda:/.test(resource))
      return unlessAborted(() => invoker.invoke(resource.split(':').at(-1) ?? '', input, signal), signal)
    const [service = '', action = '', version] = withoutPrefix(resource)
      .replace(/^aws-sdk:/, '')
      .split(':')
    const [name = '', pattern] = action.split('.')
    const given = (input ?? {}) as Result
    if (pattern === undefined && service === 'states')
      return call(service, name, childInput(given), signal).then(inPascalCase)
    if (pattern === undefined) return call(service, name, input, signal)
    const sync = SYNC[`${service}:${name}`]
    if (!sync || pattern !== 'sync')
      throw new TaskError('States.Runtime', `${resource} has no .${pattern} form on this platform`)
    const suffix = version === undefined ? pattern : `${pattern}:${version}`
    return runToEnd([service, sync, suffix], given, signal, onSubmitted)
  }

  return {
    async run(resource, input, signal, onSubmitted) {
      checkSize(input, 'task input')
      const result = asJson(await dispatch(resource, input, signal, onSubmitted))
      checkSize(result, 'task result')
      return result
    },
  }
}
