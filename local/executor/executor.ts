import { StateMachine } from 'aws-local-stepfunctions'
import { type Machine, parentsOf, type State, statesOf } from './definition.ts'
import type { ExecutionRecord, ExecutionStatus, ExecutionStore, HistoryEvent } from './execution-store.ts'
import type { TaskDoor } from './task-door.ts'
import { TaskError } from './task-error.ts'

/** What `aws-local-stepfunctions` would take for a task without a timeout is 60 s; Step Functions takes 99,999,999 s. */
const LONGEST_TIMEOUT_SECONDS = 1_999_999
/** Waits and pauses before retries are there for services that take minutes; the embedded ones answer at once. */
const WAIT_MS = 20

export interface StartOptions {
  readonly machine: string
  readonly definition: Machine
  readonly name: string
  readonly arn: string
  readonly input: unknown
  readonly signal?: AbortSignal
  readonly onEvent?: (event: HistoryEvent) => void
}

export interface Executor {
  /**
   * Runs an execution to its end. What happens in it is the record's status and error; what is thrown is that its record or
   * history could not be written.
   */
  run(options: StartOptions): Promise<ExecutionRecord>
}

type Definition = ConstructorParameters<typeof StateMachine>[0]
type EventLog =
  ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never

function withTimeouts(machine: Machine): Machine {
  const patch = (state: State): State => ({
    ...state,
    ...(state.Type === 'Task' && {
      TimeoutSeconds: Math.min(state.TimeoutSeconds ?? LONGEST_TIMEOUT_SECONDS, LONGEST_TIMEOUT_SECONDS),
    }),
    ...(state.ItemProcessor && { ItemProcessor: withTimeouts(state.ItemProcessor) }),
    ...(state.Branches && { Branches: state.Branches.map(withTimeouts) }),
  })
  const states = Object.entries(machine.States).map(([name, state]) => [name, patch(state)] as const)
  return { ...machine, States: Object.fromEntries(states) }
}

type Member = 'input' | 'output'
const member = (name: Member, of: object) =>
  name in of ? { [name]: (of as Record<Member, unknown>)[name] } : {}

/** The library does not say in which Map a state stands; names are unique, so the definition does. */
const toHistory = (event: EventLog, parents: ReadonlyMap<string, string>): HistoryEvent => {
  const stands = 'state' in event ? event.state : 'parentState' in event ? event.parentState : undefined
  const parent = stands && parents.get(stands.name)
  return {
    timestamp: event.timestamp,
    type: event.type,
    ...(stands && { state: stands.name, stateType: stands.type }),
    ...(parent && { parent }),
    ...('index' in event && event.index !== undefined && { index: event.index }),
    ...member('input', 'state' in event ? event.state : event),
    ...member('output', event.type === 'StateExited' ? event.state : event),
    ...('Error' in event && { error: { name: event.Error, cause: event.Cause } }),
  }
}

/**
 * The library gives a task up when its time is over but lets it run on, where its next attempt would meet it. So the time
 * is kept here: the task is told, and whatever it says after that is a timeout.
 */
async function inTime<T>(
  { TimeoutSeconds = LONGEST_TIMEOUT_SECONDS }: State,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(Math.min(TimeoutSeconds, LONGEST_TIMEOUT_SECONDS) * 1000)
  const late = () => new TaskError('States.Timeout', `no answer within ${TimeoutSeconds} s`)
  const answer = await run(AbortSignal.any([signal, timeout])).catch((error) => {
    throw timeout.aborted ? late() : error
  })
  if (timeout.aborted) throw late()
  return answer
}

/** What the library throws, as Step Functions would report it. */
function outcomeOf(error: unknown): { status: ExecutionStatus; error: { name: string; cause: string } } {
  const outer = error instanceof Error ? error : new Error(String(error))
  const inner = outer.cause instanceof Error ? outer.cause : outer
  const status =
    outer.name === 'ExecutionAbortedError'
      ? 'ABORTED'
      : outer.name === 'ExecutionTimeoutError'
        ? 'TIMED_OUT'
        : 'FAILED'
  return { status, error: { name: inner.name, cause: inner.message } }
}

/** Runs state machines in process with `aws-local-stepfunctions`; tasks go through the door, every event to disk. */
export function createExecutor(store: ExecutionStore, door: TaskDoor): Executor {
  function overridesFor(machine: Machine, signal: AbortSignal) {
    const taskResourceLocalHandlers: Record<string, (input: unknown) => Promise<never>> = {}
    const waitTimeOverrides: Record<string, number> = {}
    const retryIntervalOverrides: Record<string, number> = {}
    for (const [name, state] of statesOf(machine)) {
      if (state.Type === 'Task')
        taskResourceLocalHandlers[name] = (input) =>
          inTime(state, signal, (own) => door.run(state.Resource ?? '', input, own)) as Promise<never>
      if (state.Type === 'Wait') waitTimeOverrides[name] = WAIT_MS
      if (state.Retry) retryIntervalOverrides[name] = WAIT_MS
    }
    return { taskResourceLocalHandlers, waitTimeOverrides, retryIntervalOverrides }
  }

  return {
    async run({ machine, definition, name, arn, input, signal, onEvent }) {
      const startedAt = new Date().toISOString()
      const record: ExecutionRecord = {
        name,
        arn,
        machine,
        status: 'RUNNING',
        startedAt,
        stoppedAt: null,
        input,
        output: null,
        error: null,
        pid: process.pid,
      }
      store.create(record)

      // The library does not cancel a task that runs when an execution ends, so tasks listen to a signal of our own.
      const tasks = new AbortController()
      const patched = withTimeouts(definition)
      const execution = new StateMachine(patched as unknown as Definition, {
        validationOptions: { noValidate: true },
      }).run(input as never, {
        overrides: overridesFor(patched, tasks.signal),
        context: {
          Execution: { Id: arn, Name: name, Input: input as never, StartTime: startedAt, RoleArn: '' },
          StateMachine: {
            Name: machine,
            Id: arn.replace(':execution:', ':stateMachine:').replace(`:${name}`, ''),
          },
        },
      })
      const abort = () => {
        tasks.abort(signal?.reason)
        execution.abort()
      }
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) abort()

      const parents = parentsOf(definition)
      // A history that can't be written (a full disk) ends the execution: nobody could say later what it did.
      let unwritable: unknown
      const events = (async () => {
        for await (const event of execution.eventLogs) {
          const line = toHistory(event, parents)
          onEvent?.(line)
          try {
            if (unwritable === undefined) store.append(machine, name, line)
          } catch (error) {
            unwritable = error
            abort()
          }
        }
      })()
      const outcome = await execution.result.then(
        (output) => ({ status: 'SUCCEEDED' as const, output, error: null }),
        (error) => ({ output: null, ...outcomeOf(error) }),
      )
      signal?.removeEventListener('abort', abort)
      tasks.abort(new Error('the execution has ended'))
      await events
      if (unwritable !== undefined) throw unwritable
      const ended: ExecutionRecord = { ...record, ...outcome, stoppedAt: new Date().toISOString() }
      store.save(ended)
      return ended
    },
  }
}
