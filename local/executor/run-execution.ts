import { StoppedError } from './aborted-error.ts'
import { type Account, machineArn, roleArn } from './arns.ts'
import type { Json, JsonObject } from './asl/json.ts'
import type { Machine } from './definition.ts'
import { execute } from './execute.ts'
import type { ExecutionRecord, ExecutionStore } from './execution-store.ts'
import type { HistoryEvent } from './history-event.ts'
import type { Position } from './position.ts'
import type { Pause, Timer } from './run.ts'
import type { TaskDoor } from './task-door.ts'

/** How often a running execution looks whether another process asks it to stop. */
const STOP_POLL_MS = 200

export interface Begin {
  readonly record: ExecutionRecord
  readonly machine: Machine
  readonly from: Position
  /** What stands first in its history, or next: that it was started, or redriven. */
  readonly first: HistoryEvent
}

export interface RunExecutionOptions extends Begin {
  readonly account: Account
  readonly store: ExecutionStore
  readonly door: TaskDoor
  readonly pause: Pause
  readonly timer?: Timer | undefined
  /** Stops the execution; its `StoppedError`, or whatever its reason is, is the execution's error. */
  readonly controller: AbortController
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined
}

function contextOf(record: ExecutionRecord, account: Account): JsonObject {
  const { arn, name, input, startedAt, machine, redriveCount, redrivenAt } = record
  return {
    Execution: {
      Id: arn,
      Input: input as Json,
      StartTime: startedAt,
      Name: name,
      RoleArn: roleArn(account, machine),
      RedriveCount: redriveCount,
      ...(redrivenAt !== null && { RedriveTime: redrivenAt }),
    },
    StateMachine: { Id: machineArn(account, machine), Name: machine },
  }
}

/** Runs an execution from where it stands to its end, keeps its history and its record, and stops when it is asked to. */
export async function runExecution(options: RunExecutionOptions): Promise<ExecutionRecord> {
  const { record, machine, from, first, account, store, door, pause, controller, onEvent } = options
  const poll = setInterval(() => {
    const request = store.stopRequested(record)
    if (request) controller.abort(new StoppedError(request))
  }, STOP_POLL_MS).unref()
  try {
    using file = store.openHistory(record)
    const write = (event: HistoryEvent) => file.append(event)
    write(first)
    onEvent?.(first)
    const outcome = await execute({
      machine,
      from,
      context: contextOf(record, account),
      region: account.region,
      history: { from: first.id, write, onEvent },
      began: record.redriveCount > 0 ? first.id : 0,
      door,
      pause,
      timer: options.timer,
      signal: controller.signal,
    })
    const ended = { ...record, ...outcome, stoppedAt: new Date().toISOString() }
    store.save(ended)
    return ended
  } catch (error) {
    store.giveUp(record, error)
    throw error
  } finally {
    clearInterval(poll)
  }
}
