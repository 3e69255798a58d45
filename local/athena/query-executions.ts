import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { s3Uri } from '../../catalog/layout.ts'
import { AwsError } from '../registry.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { failureReason } from './failure.ts'
import { readResult, type TextRow } from './result-file.ts'
import type { SqlEngine } from './sql-engine.ts'
import { EMPTY_RESULT, type StatementResult } from './statement-result.ts'

export interface QueryRequest {
  readonly sql: string
  readonly database: string | undefined
  readonly workgroup: string
  readonly token: string | undefined
}

interface Execution extends QueryRequest {
  readonly id: string
  readonly submitted: Date
  readonly resultKey: string
  completed?: Date
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  reason?: string
  result: StatementResult
  readonly controller: AbortController
}

/** How many ended executions are remembered; Athena forgets them too, after 45 days. */
const REMEMBERED = 10_000

interface ExecutorOptions {
  readonly engine: SqlEngine
  readonly objects: ObjectStore
  readonly resultsBucket: string
}

/** Athena's query executions: each runs at once, and writes its result as Athena does. */
export class QueryExecutions {
  readonly #options: ExecutorOptions
  readonly #executions = new Map<string, Execution>()
  readonly #idOfToken = new Map<string, string>()
  readonly #running = new Set<Promise<void>>()

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  /** The version of the engine that answers. */
  get engineVersion(): string {
    return this.#options.engine.version
  }

  /** The id of the execution; the same token gives the same execution. */
  start(request: QueryRequest): string {
    const known = request.token === undefined ? undefined : this.#idOfToken.get(request.token)
    if (known !== undefined) {
      if (this.get(known).sql !== request.sql)
        throw new AwsError('InvalidRequestException', 'Idempotent parameters do not match')
      return known
    }
    const id = randomUUID()
    const execution: Execution = {
      ...request,
      id,
      submitted: new Date(),
      resultKey: `${id}.csv`,
      state: 'QUEUED',
      result: EMPTY_RESULT,
      controller: new AbortController(),
    }
    this.#executions.set(id, execution)
    if (request.token !== undefined) this.#idOfToken.set(request.token, id)
    this.#forget()
    const running = this.#run(execution).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return id
  }

  get(id: string): Readonly<Execution> {
    const found = this.#executions.get(id)
    if (!found) throw new AwsError('InvalidRequestException', `QueryExecution ${id} was not found`)
    return found
  }

  locationOf({ resultKey }: Readonly<Execution>): string {
    return s3Uri(this.#options.resultsBucket, resultKey)
  }

  async rows(id: string, from: number, to: number): Promise<TextRow[]> {
    const { state, result, resultKey } = this.get(id)
    if (state === 'FAILED' || state === 'CANCELLED')
      throw new AwsError(
        'InvalidRequestException',
        `Query did not finish successfully. Final query state: ${state}`,
      )
    if (state !== 'SUCCEEDED')
      throw new AwsError('InvalidRequestException', `Query has not yet finished. Current state: ${state}`)
    const { objects, resultsBucket } = this.#options
    const end = Math.min(to, result.index.rows)
    return from >= end
      ? []
      : await readResult(objects.pathOf(resultsBucket, resultKey), result.index, from, end)
  }

  /** Stops a query that runs; one that has ended stays as it is. */
  stop(id: string): void {
    const execution = this.#executions.get(id)
    if (!execution) throw new AwsError('InvalidRequestException', `QueryExecution ${id} was not found`)
    if (execution.state !== 'QUEUED' && execution.state !== 'RUNNING') return
    execution.state = 'CANCELLED'
    execution.reason = 'Query cancelled by user'
    execution.completed = new Date()
    execution.controller.abort()
  }

  async close(): Promise<void> {
    for (const id of this.#executions.keys()) this.stop(id)
    await Promise.allSettled(this.#running)
  }

  async #run(execution: Execution): Promise<void> {
    const { engine, objects, resultsBucket } = this.#options
    const { sql, database, resultKey, id } = execution
    const isCancelled = () => execution.state === 'CANCELLED'
    const resultPath = objects.pathOf(resultsBucket, resultKey)
    try {
      execution.state = 'RUNNING'
      const defaultLocation = s3Uri(resultsBucket, `tables/${id}/`)
      const { signal } = execution.controller
      const result = await engine.run({ sql, database, resultPath, defaultLocation, signal })
      if (isCancelled()) return
      execution.result = result
      execution.state = 'SUCCEEDED'
    } catch (error) {
      await rm(resultPath, { force: true }).catch(() => undefined)
      if (isCancelled()) return
      execution.state = 'FAILED'
      execution.reason = failureReason(error)
    } finally {
      execution.completed ??= new Date()
    }
  }

  #forget(): void {
    for (const [id, { completed, token }] of this.#executions) {
      if (this.#executions.size <= REMEMBERED || !completed) return
      this.#executions.delete(id)
      if (token !== undefined) this.#idOfToken.delete(token)
    }
  }
}
