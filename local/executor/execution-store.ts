import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { folderNames, readDocument, writeDocument } from '../files.ts'

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
})
export type ExecutionRecord = z.infer<typeof executionRecord>

/** One line of `history.jsonl`. */
export interface HistoryEvent {
  readonly timestamp: number
  readonly type: string
  readonly state?: string
  readonly stateType?: string
  /** The Map in which the state stands. */
  readonly parent?: string
  readonly index?: number
  readonly input?: unknown
  readonly output?: unknown
  readonly error?: { readonly name: string; readonly cause: unknown }
}

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

  /** `othersMayRun` says whether another process can be running executions now: false for the one that holds the lake. */
  constructor(root: string, othersMayRun: () => boolean) {
    this.#root = path.join(root, 'executions')
    this.#othersMayRun = othersMayRun
  }

  /** The folder of an execution is made once, so that two processes can't take the same name. */
  create(record: ExecutionRecord): void {
    mkdirSync(path.join(this.#root, record.machine), { recursive: true })
    try {
      mkdirSync(this.folder(record.machine, record.name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new ExecutionExistsError(record.name)
      throw error
    }
    this.#own.add(record.arn)
    this.save(record)
  }

  save(record: ExecutionRecord): void {
    writeDocument(this.#file(record.machine, record.name), record)
  }

  append(machine: string, name: string, event: HistoryEvent): void {
    appendFileSync(path.join(this.folder(machine, name), 'history.jsonl'), `${JSON.stringify(event)}\n`)
  }

  /** The execution, or undefined. One whose process is gone is shown as aborted. */
  read(machine: string, name: string): ExecutionRecord | undefined {
    const document = readDocument(this.#file(machine, name))
    if (document === undefined) return undefined
    const record = executionRecord.parse(document)
    if (record.status !== 'RUNNING' || this.#own.has(record.arn) || this.#othersMayRun()) return record
    return {
      ...record,
      status: 'ABORTED',
      error: { name: 'ProcessEnded', cause: `process ${record.pid} ended before the execution did` },
    }
  }

  history(machine: string, name: string): HistoryEvent[] {
    const file = path.join(this.folder(machine, name), 'history.jsonl')
    return (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  /** Newest first. */
  list(machine: string): ExecutionRecord[] {
    return folderNames(path.join(this.#root, machine))
      .map((name) => this.read(machine, name))
      .filter((record) => record !== undefined)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
  }

  /** `r1`, `r2`, …: the next name that no execution has. */
  nextName(machine: string): string {
    const numbers = folderNames(path.join(this.#root, machine)).map((name) =>
      Number(/^r(\d+)$/.exec(name)?.[1] ?? 0),
    )
    return `r${Math.max(0, ...numbers) + 1}`
  }

  #file(machine: string, name: string): string {
    return path.join(this.folder(machine, name), 'execution.json')
  }

  folder(machine: string, name: string): string {
    if (!/^[\w.-]{1,80}$/.test(name) || name.startsWith('.')) throw new ExecutionNameError(name)
    return path.join(this.#root, machine, name)
  }
}
