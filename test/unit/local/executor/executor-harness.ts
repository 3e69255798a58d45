import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Machine } from '../../../../local/executor/definition.ts'
import { type ExecutionRecord, ExecutionStore } from '../../../../local/executor/execution-store.ts'
import { Executions, type ExecutionsOptions } from '../../../../local/executor/executions.ts'
import type { HistoryEvent } from '../../../../local/executor/history-event.ts'
import { shortPause } from '../../../../local/executor/pauses.ts'
import { NO_SIZES } from '../../../../local/executor/sizes.ts'
import type { OnSubmitted } from '../../../../local/executor/task-door.ts'

/** A task's answer to what it is given. */
export type Task = (input: never, signal: AbortSignal, onSubmitted: OnSubmitted) => unknown

/** A Task state whose Resource is `arn:aws:states:::<resource>`. */
export const task = (resource: string, rest: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  ...rest,
})

export interface Room {
  readonly root: string
  readonly executions: Executions
  readonly store: ExecutionStore
  /** The records that were announced as ended. */
  readonly ended: ExecutionRecord[]
  /** Resources in the order in which tasks were called. */
  readonly called: string[]
  run(
    machine: Machine,
    input?: unknown,
    options?: { name?: string; signal?: AbortSignal },
  ): Promise<ExecutionRecord>
  redrive(name?: string): Promise<ExecutionRecord>
  history(name?: string): HistoryEvent[]
  /** Another process on the same lake, or the same one after a restart. */
  restarted(tasks?: Record<string, Task>): Room
}

export interface RoomOptions extends Partial<Pick<ExecutionsOptions, 'pause'>> {
  readonly tasks?: Record<string, Task>
  readonly root?: string
}

/** Executions of one machine, `m`, in a folder that is thrown away; tasks answer by their resources' names. */
export function openRoom({
  tasks = {},
  root = mkdtempSync(path.join(tmpdir(), 'executor-')),
  pause = shortPause,
}: RoomOptions = {}): Room {
  const store = new ExecutionStore(root, () => false)
  const machines: Record<string, Machine> = {}
  const ended: ExecutionRecord[] = []
  const called: string[] = []
  const executions = new Executions({
    region: 'us-east-1',
    account: '000000000000',
    store,
    definitions: async () => ({ machines, functions: {}, rules: [], sizes: NO_SIZES }),
    door: async () => ({
      run: async (resource, input, signal, onSubmitted = () => {}) => {
        const name = resource.replace(/^arn:aws:(?:states:::|lambda:[^:]*:[^:]*:function:)/, '')
        called.push(name)
        return tasks[name] ? await tasks[name](input as never, signal, onSubmitted) : {}
      },
    }),
    pause,
    onEnded: async (record) => {
      ended.push(record)
    },
  })
  return {
    root,
    executions,
    store,
    ended,
    called,
    async run(machine, input, options) {
      machines.m = machine
      const running = await executions.start({ machine: 'm', input, ...options })
      return running.ended
    },
    async redrive(name = 'r1') {
      return (await executions.redrive({ machine: 'm', name })).ended
    },
    history: (name = 'r1') => store.history('m', name),
    restarted: (others = tasks) => openRoom({ tasks: others, root, pause }),
  }
}

export const closeRoom = ({ root }: Room): void => rmSync(root, { recursive: true, force: true })

/** `4<3 TaskStateEntered Work`: an event's number, what led to it, its type, the state, and where that stands. */
export const told = (history: readonly HistoryEvent[]): string[] =>
  history.map(({ id, previousEventId, type, state, frame, details }) =>
    [`${id}<${previousEventId}`, type, state ?? details?.error, frame?.join('/')].filter(Boolean).join(' '),
  )
