import { childInput, childOutcome, inPascalCase } from './child-execution.ts'

export type Result = Readonly<Record<string, unknown>>

/** A `.sync` integration: a start, then questions until what was started has ended, as Step Functions does it. */
export interface SyncIntegration {
  readonly action: string
  /** The API's input from the task's, where they differ. */
  readonly startWith?: (input: Result) => Result
  /** What the start gave, as the task's history has it. */
  readonly submitted?: (started: Result) => Result
  readonly describe: string
  /** What to ask with, from what the start gave and what the task was given. */
  readonly describeWith: (started: Result, input: Result) => Result
  readonly state: (described: Result) => string
  readonly result: (described: Result, suffix: string) => Result
  /** What a failure tells: the result, where it is not said otherwise. */
  readonly failure?: (described: Result) => Result
  /** What ends the run when the execution ends before it, or when its time is over. */
  readonly stop: string
  readonly stopWith: (started: Result, input: Result) => Result
}

const inner = (of: Result, key: string): Result => (of[key] ?? {}) as Result

export const SYNC: Readonly<Record<string, SyncIntegration>> = {
  'glue:startJobRun': {
    action: 'startJobRun',
    describe: 'getJobRun',
    describeWith: ({ JobRunId }, { JobName }) => ({ JobName, RunId: JobRunId }),
    state: (described) => String(inner(described, 'JobRun').JobRunState),
    result: (described) => inner(described, 'JobRun'),
    stop: 'batchStopJobRun',
    stopWith: ({ JobRunId }, { JobName }) => ({ JobName, JobRunIds: [JobRunId] }),
  },
  'databrew:startJobRun': {
    action: 'startJobRun',
    describe: 'describeJobRun',
    describeWith: ({ RunId }, { Name }) => ({ Name, RunId }),
    state: ({ State }) => String(State),
    result: (described) => described,
    stop: 'stopJobRun',
    stopWith: ({ RunId }, { Name }) => ({ Name, RunId }),
  },
  'athena:startQueryExecution': {
    action: 'startQueryExecution',
    describe: 'getQueryExecution',
    describeWith: ({ QueryExecutionId }) => ({ QueryExecutionId }),
    state: (described) => String(inner(inner(described, 'QueryExecution'), 'Status').State),
    result: (described) => described,
    stop: 'stopQueryExecution',
    stopWith: ({ QueryExecutionId }) => ({ QueryExecutionId }),
  },
  'states:startExecution': {
    action: 'startExecution',
    startWith: childInput,
    submitted: inPascalCase,
    describe: 'describeExecution',
    describeWith: ({ executionArn }) => ({ executionArn }),
    state: ({ status }) => String(status),
    result: childOutcome,
    failure: inPascalCase,
    stop: 'stopExecution',
    stopWith: ({ executionArn }) => ({
      executionArn,
      cause: 'The Task state of the execution that was managing this one was aborted',
    }),
  },
}

const PENDING = new Set(['STARTING', 'RUNNING', 'STOPPING', 'WAITING', 'QUEUED', 'PENDING_REDRIVE'])
export const isPending = (state: string): boolean => PENDING.has(state)
