import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { folderNames, readDocument, writeDocument } from '../files.ts'
import type { Machine } from './definition.ts'
import type { HistoryEvent } from './history-event.ts'
import { HistoryFile, readHistory } from './history-file.ts'

export type { HistoryEvent } from './history-event.ts'

export const executionStatus = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])
export type ExecutionStatus = z.infer<typeof executionStatus>

/** An execution as it lies on disk: `<root>/executions/<machine>/<name>/execution.json`. */
export const executionRecord = z.object({
  name: z.string(),
  arn: z.string(),
  machine: z.string(),
  status: executionStatus,
  startedAt: z.string(),
  stoppedAt: z.string().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: z.object({ name: z.string(), cause: z.string() }).nullable(),
  /** The process that runs it, for whoever looks for it. */
  pid: z.number().int(),
  redriveCount: z.number().int().default(0),
  redrivenAt: z.string().nullable().default(null),
  /** Client tokens with which it was redriven, and when: a repeated request is the same one. */
  redriveTokens: z.array(z.object({ token: z.string(), at: z.string() })).default([]),
})
export type ExecutionRecord = z.infer<typeof executionRecord>

/** What somebody asks of the process that runs an execution. */
const stopRequest = z.object({ error: z.string().optional(), cause: z.string().optional() })
export type StopRequest = z.infer<typeof stopRequest>

export class ExecutionExistsError extends Error {
  constructor(name: string) {
    super(`execution ${name} exists; an execution's name can be used once`)
    this.name = 'ExecutionAlreadyExists'
  }
}

export class ExecutionNameError extends Error {
  constructor(name: string) {
    super(`"${name}" can't name an execution: use 1 to 80 letters, digits, "-", "_" or "."`)
    this.name = 'InvalidName'
  }
}

/** The executions of a lake, as files that a person can read. */
export class ExecutionStore {
  readonly #root: string
  readonly #othersMayRun: () => boolean
  readonly #own = new Set<string>()
  readonly #givenUp = new Map<string, unknown>()

  /** `othersMayRun` says whether another process can be running executions now: false for the one that holds the lake. */
  constructor(root: string, othersMayRun: () => boolean) {
    this.#root = path.join(root, 'executions')
    this.#othersMayRun = othersMayRun
  }

  /** Takes a name for an execution. A folder without a record is what a process left that was killed just then. */
  create(record: ExecutionRecord, definition: Machine): void {
    if (this.stored(record.machine, record.name)) throw new ExecutionExistsError(record.name)
    mkdirSync(this.folder(record.machine, record.name), { recursive: true })
    writeDocument(this.#file(record, 'definition.json'), definition)
    this.take(record)
  }

  /** Makes an execution this process's own: nobody else runs it. */
  take(record: ExecutionRecord): void {
    this.#own.add(record.arn)
    this.#givenUp.delete(record.arn)
    rmSync(this.#file(record, 'stop.json'), { force: true })
    this.save(record)
  }

  /** This process runs an execution no more, but could not write down that it ended: its disk is full, or gone. */
  giveUp(record: ExecutionRecord, error: unknown): void {
    if (this.#isRunning(record)) this.#givenUp.set(record.arn, error)
    this.#own.delete(record.arn)
  }

  #isRunning({ machine, name }: ExecutionRecord): boolean {
    try {
      return this.stored(machine, name)?.status === 'RUNNING'
    } catch {
      return true
    }
  }

  save(record: ExecutionRecord): void {
    writeDocument(this.#file(record, 'execution.json'), record)
  }

  /** The machine with which an execution was started; undefined for those of versions that did not keep it. */
  definition({ machine, name }: Pick<ExecutionRecord, 'machine' | 'name'>): Machine | undefined {
    return readDocument(this.#file({ machine, name }, 'definition.json')) as Machine | undefined
  }

  /** The record as it lies on disk, whatever has become of the process that it names. */
  stored(machine: string, name: string): ExecutionRecord | undefined {
    const document = readDocument(this.#file({ machine, name }, 'execution.json'))
    return document === undefined ? undefined : executionRecord.parse(document)
  }

  /** The execution, or undefined. One whose process is gone is shown as aborted. */
  read(machine: string, name: string): ExecutionRecord | undefined {
    const record = this.stored(machine, name)
    if (record?.status !== 'RUNNING' || this.#own.has(record.arn)) return record
    if (this.#givenUp.has(record.arn)) {
      const error = this.#givenUp.get(record.arn)
      const cause = error instanceof Error ? error.message : String(error)
      return { ...record, status: 'ABORTED', error: { name: 'HistoryNotWritten', cause } }
    }
    return this.#othersMayRun() ? record : { ...record, status: 'ABORTED', error: processEnded(record) }
  }

  history(machine: string, name: string): HistoryEvent[] {
    return readHistory(this.#file({ machine, name }, 'history.jsonl'))
  }

  openHistory(record: Pick<ExecutionRecord, 'machine' | 'name'>): HistoryFile {
    return new HistoryFile(this.#file(record, 'history.jsonl'))
  }

  /** Leaves a request for the process that runs the execution. */
  requestStop(record: Pick<ExecutionRecord, 'machine' | 'name'>, request: StopRequest): void {
    writeDocument(this.#file(record, 'stop.json'), request)
  }

  stopRequested(record: Pick<ExecutionRecord, 'machine' | 'name'>): StopRequest | undefined {
    const file = this.#file(record, 'stop.json')
    // Asked several times a second: there hardly ever is one.
    return existsSync(file) ? stopRequest.parse(readDocument(file)) : undefined
  }

  /** Newest first. */
  list(machine: string): ExecutionRecord[] {
    return folderNames(path.join(this.#root, machine))
      .map((name) => this.read(machine, name))
      .filter((record) => record !== undefined)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
  }

  /** The machines that have executions. */
  machines(): string[] {
    return folderNames(this.#root)
  }

  /** Those that a process left when it ended. Only for who holds the lake: nobody else can be running them. */
  orphans(): ExecutionRecord[] {
    return this.machines().flatMap((machine) =>
      folderNames(path.join(this.#root, machine))
        .map((name) => this.stored(machine, name))
        .filter((record) => record !== undefined)
        .filter(({ status, arn }) => status === 'RUNNING' && !this.#own.has(arn)),
    )
  }

  /** `r1`, `r2`, …: the next name that no execution has. */
  nextName(machine: string): string {
    const numbers = folderNames(path.join(this.#root, machine)).map((name) =>
      Number(/^r(\d+)$/.exec(name)?.[1] ?? 0),
    )
    return `r${Math.max(0, ...numbers) + 1}`
  }

  #file({ machine, name }: Pick<ExecutionRecord, 'machine' | 'name'>, file: string): string {
    return path.join(this.folder(machine, name), file)
  }

  folder(machine: string, name: string): string {
    if (!/^[\w.-]{1,80}$/.test(name) || name.startsWith('.')) throw new ExecutionNameError(name)
    return path.join(this.#root, machine, name)
  }
}

/** The error of an execution whose process is gone. */
export const processEnded = ({ pid }: Pick<ExecutionRecord, 'pid'>) => ({
  name: 'ProcessEnded',
  cause: `process ${pid} ended before the execution did`,
})
