import { setTimeout as sleep } from 'node:timers/promises'
import { StoppedError } from './aborted-error.ts'
import { type Account, executionArn, roleArn } from './arns.ts'
import { isEqual, type Json } from './asl/json.ts'
import { checkSupported } from './asl/supported.ts'
import type { Definitions, Machine } from './definition.ts'
import {
  ExecutionExistsError,
  type ExecutionRecord,
  type ExecutionStore,
  type StopRequest,
} from './execution-store.ts'
import { NotRedrivableError, UnknownExecutionError, UnknownMachineError } from './executions-errors.ts'
import type { HistoryEvent } from './history-event.ts'
import { positionAfter } from './position.ts'
import { recovered } from './recovered.ts'
import { notRedrivable } from './redrivable.ts'
import type { Pause, Timer } from './run.ts'
import { type Begin, runExecution } from './run-execution.ts'
import type { TaskDoor } from './task-door.ts'

const STOP_POLL_MS = 100
/** How long functions are waited for that run on when their execution has ended, as they do on AWS. */
const SETTLING_MS = 10_000
/** Client tokens are valid for 15 minutes, the last 10 of them. */
const TOKEN_MS = 15 * 60 * 1000
const TOKENS = 10

export interface ExecutionsOptions extends Account {
  readonly store: ExecutionStore
  readonly definitions: () => Promise<Pick<Definitions, 'machines'>>
  /** Opens what answers tasks; `settled` waits for what goes on when an execution has ended. */
  readonly door: () => Promise<TaskDoor & { settled?(): Promise<void> }>
  /** Waits for Wait states and before retries. */
  readonly pause: Pause
  /** Rings when a task's time is over. */
  readonly timer?: Timer | undefined
  /** Told of every execution that has ended, before those who wait for it are. */
  readonly onEnded?: (record: ExecutionRecord) => Promise<void>
}

interface Heard {
  /** Aborting it stops the execution; its reason is the execution's error. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined
}

export interface StartOptions extends Heard {
  readonly machine: string
  readonly input: unknown
  /** Default: the next of `r1`, `r2`, … */
  readonly name?: string | undefined
}

export interface RedriveOptions extends Heard {
  readonly machine: string
  readonly name: string
  /** The same one makes a repeated request the same redrive. */
  readonly token?: string | undefined
}

/** An execution that has begun. */
export interface Running {
  readonly record: ExecutionRecord
  /** Its end. Rejects where its record or history could not be written. */
  readonly ended: Promise<ExecutionRecord>
}

export interface Redriven extends Running {
  /** When it was redriven. */
  readonly at: string
}

interface Live extends Running {
  readonly controller: AbortController
}

/** Starts, stops and redrives the executions of a lake's state machines, in this process. */
export class Executions {
  readonly #options: ExecutionsOptions
  readonly #live = new Map<string, Live>()
  /** What the machines' creation is taken for. */
  readonly deployedAt = new Date()

  constructor(options: ExecutionsOptions) {
    this.#options = options
  }

  get store(): ExecutionStore {
    return this.#options.store
  }

  get account(): Account {
    return this.#options
  }

  async machine(name: string): Promise<Machine> {
    const { machines } = await this.#options.definitions()
    const machine = machines[name]
    if (!machine) throw new UnknownMachineError(name, Object.keys(machines))
    return machine
  }

  async machineNames(): Promise<string[]> {
    return Object.keys((await this.#options.definitions()).machines)
  }

  /** The execution as it stands, whichever process runs it. */
  find(machine: string, name: string): ExecutionRecord {
    const record = this.store.read(machine, name)
    if (!record) throw new UnknownExecutionError(machine, name)
    return record
  }

  /** Starts an execution. One of the same name and input that runs here is given as it is. */
  async start({ machine: machineName, input, name, ...heard }: StartOptions): Promise<Running> {
    const machine = await this.machine(machineName)
    checkSupported(machine)
    const { store } = this.#options
    const chosen = name ?? store.nextName(machineName)
    const arn = executionArn(this.#options, machineName, chosen)
    const given = JSON.parse(JSON.stringify(input ?? {})) as Json
    const running = this.#live.get(arn)
    if (running && isEqual(running.record.input as Json, given)) return running
    if (running) throw new ExecutionExistsError(chosen)
    const startedAt = new Date()
    const record: ExecutionRecord = {
      name: chosen,
      arn,
      machine: machineName,
      status: 'RUNNING',
      startedAt: startedAt.toISOString(),
      stoppedAt: null,
      input: given,
      output: null,
      error: null,
      pid: process.pid,
      redriveCount: 0,
      redrivenAt: null,
      redriveTokens: [],
    }
    store.create(record, machine)
    const first = {
      id: 1,
      previousEventId: 0,
      timestamp: startedAt.getTime(),
      type: 'ExecutionStarted',
      details: { input: given, roleArn: roleArn(this.#options, machineName) },
    }
    return this.#begin({ record, machine, first, from: { state: machine.StartAt, input: given } }, heard)
  }

  /** Why an execution can't be redriven; undefined where it can. */
  notRedrivable(record: ExecutionRecord): string | undefined {
    const { store } = this.#options
    return notRedrivable({
      record,
      events: () => store.history(record.machine, record.name).length,
      hasDefinition: () => store.definition(record) !== undefined,
    })
  }

  /**
   * Goes on with an execution that failed, was aborted or ran out of time: at the states that have no exit, with the same
   * input and definition. Where the client token is one of its last redrives', that redrive is what is given.
   */
  async redrive({ machine, name, token, ...heard }: RedriveOptions): Promise<Redriven> {
    const { store } = this.#options
    const found = this.find(machine, name)
    const now = new Date()
    const tokens = found.redriveTokens.filter(({ at }) => now.getTime() - Date.parse(at) < TOKEN_MS)
    const same = tokens.find((former) => former.token === token)
    if (same) {
      const ended = this.#live.get(found.arn)?.ended ?? Promise.resolve(found)
      return { record: found, ended, at: same.at }
    }
    const reason = this.notRedrivable(found)
    if (reason !== undefined) throw new NotRedrivableError(found.arn, reason)
    const definition = store.definition(found) as Machine
    const history = store.history(machine, name)
    const from = positionAfter(history, definition, found.input as Json)
    if (!from) throw new NotRedrivableError(found.arn, 'All its states have ended')
    const at = now.toISOString()
    const record: ExecutionRecord = {
      ...found,
      status: 'RUNNING',
      stoppedAt: null,
      output: null,
      error: null,
      pid: process.pid,
      redriveCount: found.redriveCount + 1,
      redrivenAt: at,
      redriveTokens: token === undefined ? tokens : [{ token, at }, ...tokens].slice(0, TOKENS),
    }
    store.take(record)
    const last = history.at(-1)?.id ?? 0
    const first = {
      id: last + 1,
      previousEventId: last,
      timestamp: now.getTime(),
      type: 'ExecutionRedriven',
      details: { redriveCount: record.redriveCount },
    }
    const running = await this.#begin({ record, machine: definition, first, from }, heard)
    return { ...running, at }
  }

  /** Stops an execution, in this process or in another one, and gives it as it then stands. */
  async stop(machine: string, name: string, request: StopRequest = {}): Promise<ExecutionRecord> {
    const record = this.find(machine, name)
    if (record.status !== 'RUNNING') return record
    const live = this.#live.get(record.arn)
    if (live) {
      live.controller.abort(new StoppedError(request))
      return live.ended
    }
    this.store.requestStop(record, request)
    for (;;) {
      await sleep(STOP_POLL_MS)
      const now = this.find(machine, name)
      if (now.status !== 'RUNNING') return now
    }
  }

  /**
   * Writes down as aborted what a process was running that is gone, and tells of it. Only for who holds the lake: nobody
   * else can be running anything then.
   */
  async recover(): Promise<ExecutionRecord[]> {
    const records = this.store.orphans().map((orphan) => recovered(this.store, orphan))
    for (const record of records) this.store.save(record)
    for (const record of records) await this.#options.onEnded?.(record)
    return records
  }

  /** Stops what runs, and waits for its end. */
  async close(
    reason = new StoppedError({ error: 'ProcessEnded', cause: 'the platform was closed' }),
  ): Promise<void> {
    const live = [...this.#live.values()]
    for (const { controller } of live) controller.abort(reason)
    await Promise.allSettled(live.map(({ ended }) => ended))
  }

  async #begin(begin: Begin, heard: Heard): Promise<Running> {
    const controller = new AbortController()
    const ended = this.#untilEnd(begin, controller, heard)
    // Whoever does not wait for it finds it on disk.
    ended.catch(() => {})
    this.#live.set(begin.record.arn, { record: begin.record, ended, controller })
    return { record: begin.record, ended }
  }

  async #untilEnd(
    begin: Begin,
    controller: AbortController,
    { signal, onEvent }: Heard,
  ): Promise<ExecutionRecord> {
    const { store, door: open, pause, timer, onEnded } = this.#options
    const abort = () => controller.abort(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    try {
      const door = await open()
      const account = this.#options
      const ended = await runExecution({ ...begin, account, store, door, pause, timer, controller, onEvent })
      await onEnded?.(ended)
      await Promise.race([door.settled?.(), sleep(SETTLING_MS, undefined, { ref: false })])
      return ended
    } finally {
      signal?.removeEventListener('abort', abort)
      // A redrive may have begun meanwhile.
      const { arn } = begin.record
      if (this.#live.get(arn)?.controller === controller) this.#live.delete(arn)
    }
  }
}
