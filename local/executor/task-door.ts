import { setTimeout as sleep } from 'node:timers/promises'
import { AwsError, type Registry } from '../registry.ts'
import type { LambdaInvoker } from './lambda-invoker.ts'
import { TaskError } from './task-error.ts'

/** The most that a task may take or give, as Step Functions counts it. */
const PAYLOAD_LIMIT = 256 * 1024
const FIRST_POLL_MS = 5
const LONGEST_POLL_MS = 250

type Result = Record<string, unknown>

interface SyncIntegration {
  readonly action: string
  /** What to ask with, from what the start gave and what it was given. */
  readonly poll: (started: Result, input: Result) => Result
  readonly describe: string
  readonly state: (described: Result) => string
  readonly result: (described: Result) => Result
  /** What ends the run when the execution ends before it, or when its time is over. */
  readonly stop: string
  readonly stopWith: (started: Result, input: Result) => Result
}

const inner = (of: Result, key: string): Result => (of[key] ?? {}) as Result

/** The `.sync` integrations: start, then ask until the run has ended, as Step Functions does. */
const SYNC: Readonly<Record<string, SyncIntegration>> = {
  'glue:startJobRun': {
    action: 'startJobRun',
    poll: ({ JobRunId }, { JobName }) => ({ JobName, RunId: JobRunId }),
    describe: 'getJobRun',
    state: (described) => String(inner(described, 'JobRun').JobRunState),
    result: (described) => inner(described, 'JobRun'),
    stop: 'batchStopJobRun',
    stopWith: ({ JobRunId }, { JobName }) => ({ JobName, JobRunIds: [JobRunId] }),
  },
  'databrew:startJobRun': {
    action: 'startJobRun',
    poll: ({ RunId }, { Name }) => ({ Name, RunId }),
    describe: 'describeJobRun',
    state: ({ State }) => String(State),
    result: (described) => described,
    stop: 'stopJobRun',
    stopWith: ({ RunId }, { Name }) => ({ Name, RunId }),
  },
  'athena:startQueryExecution': {
    action: 'startQueryExecution',
    poll: ({ QueryExecutionId }) => ({ QueryExecutionId }),
    describe: 'getQueryExecution',
    state: (described) => String(inner(inner(described, 'QueryExecution'), 'Status').State),
    result: (described) => described,
    stop: 'stopQueryExecution',
    stopWith: ({ QueryExecutionId }) => ({ QueryExecutionId }),
  },
}

const PENDING = new Set(['STARTING', 'RUNNING', 'STOPPING', 'WAITING', 'QUEUED'])

/** How Step Functions spells a service in front of its errors. */
const ERROR_PREFIX: Readonly<Record<string, string>> = {
  athena: 'Athena',
  databrew: 'DataBrew',
  glue: 'Glue',
  quicksight: 'QuickSight',
  sns: 'SNS',
}

const withoutPrefix = (resource: string): string => resource.replace(/^arn:aws[\w-]*:states:[^:]*:[^:]*:/, '')

function checkSize(payload: unknown, what: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload) ?? '')
  if (bytes > PAYLOAD_LIMIT)
    throw new TaskError(
      'States.DataLimitExceeded',
      `the ${what} has ${bytes} bytes; the limit is ${PAYLOAD_LIMIT}`,
    )
}

export interface TaskDoor {
  /** Answers a task: `resource` is the state's Resource, `input` its evaluated Parameters. */
  run(resource: string, input: unknown, signal: AbortSignal): Promise<unknown>
}

/** The state machine's door to the platform: what a Task's Resource means on one machine. */
export function createTaskDoor(registry: Registry, invoker: LambdaInvoker): TaskDoor {
  async function call(service: string, action: string, input: unknown, signal: AbortSignal): Promise<Result> {
    try {
      return ((await registry.call(service, action, input, { signal })) ?? {}) as Result
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw new TaskError(`${ERROR_PREFIX[service] ?? service}.${error.code}`, error.message)
    }
  }

  async function untilEnded(service: string, sync: SyncIntegration, question: Result, signal: AbortSignal) {
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
      const described = await call(service, sync.describe, question, signal)
      const state = sync.state(described)
      if (state === 'SUCCEEDED') return sync.result(described)
      if (!PENDING.has(state))
        throw new TaskError('States.TaskFailed', JSON.stringify(sync.result(described)))
      await sleep(pause, undefined, { signal })
    }
  }

  async function runToEnd(service: string, sync: SyncIntegration, input: Result, signal: AbortSignal) {
    const started = await call(service, sync.action, input, signal)
    try {
      return await untilEnded(service, sync, sync.poll(started, input), signal)
    } finally {
      // A run that goes on would write beside the one that a retry starts.
      if (signal.aborted)
        await call(service, sync.stop, sync.stopWith(started, input), new AbortController().signal)
    }
  }

  function dispatch(resource: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (/^arn:aws[\w-]*:lambda:/.test(resource))
      return invoker.invoke(resource.split(':').at(-1) ?? '', input, signal)
    const [service = '', action = ''] = withoutPrefix(resource)
      .replace(/^aws-sdk:/, '')
      .split(':')
    if (!action.endsWith('.sync')) return call(service, action, input, signal)
    const sync = SYNC[`${service}:${action.slice(0, -'.sync'.length)}`]
    if (!sync) throw new TaskError('States.Runtime', `${resource} has no .sync form on this platform`)
    return runToEnd(service, sync, (input ?? {}) as Result, signal)
  }

  return {
    async run(resource, input, signal) {
      checkSize(input, 'task input')
      const result = (await dispatch(resource, input, signal)) ?? null
      checkSize(result, 'task result')
      // What crosses the door is JSON, as on AWS: no Dates, no undefined members, no shared references.
      return JSON.parse(JSON.stringify(result))
    },
  }
}
