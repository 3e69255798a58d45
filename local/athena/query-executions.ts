import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { s3Uri } from '../../catalog/layout.ts'
import { AwsError } from '../registry.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { parseS3Uri } from '../s3/s3-uri.ts'
import { writeDataManifest } from './data-manifest.ts'
import { withParameters } from './execution-parameters.ts'
import { failureReason } from './failure.ts'
import type { QueryFiles } from './query-files.ts'
import { hasEnded, type QueryRecord } from './query-record.ts'
import { readResult, type TextRow } from './result-file.ts'
import type { SqlEngine } from './sql-engine.ts'
import { ctasOf } from './statement.ts'
import { EMPTY_RESULT } from './statement-result.ts'
import { findWorkgroup, PRIMARY, type Workgroup } from './workgroups.ts'

export interface QueryRequest {
  readonly sql: string
  readonly parameters?: string[] | undefined
  readonly database: string | undefined
  readonly workgroup: string
  readonly token: string | undefined
  /** Where the client wants the result: an s3 URI. */
  readonly output?: string | undefined
}

/** An execution of this process. */
interface Live {
  record: QueryRecord
  /** Whether its end is on disk. */
  isSaved: boolean
  readonly controller: AbortController
  readonly end: Promise<void>
}

interface ExecutorOptions {
  readonly engine: SqlEngine
  readonly objects: ObjectStore
  readonly workgroups: readonly Workgroup[]
  readonly files: QueryFiles
}

const EXTERNAL_LOCATION =
  "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query."

/** Athena's query executions: each runs at once, writes its result as Athena does, and is remembered by the lake. */
export class QueryExecutions {
  readonly #options: ExecutorOptions
  readonly #live = new Map<string, Live>()
  #isSwept = false

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  /** The version of the engine that answers. */
  get engineVersion(): string {
    return this.#options.engine.version
  }

  /** The id of the execution; the same token gives the same execution. */
  start(request: QueryRequest): string {
    const { files, workgroups } = this.#options
    const workgroup = findWorkgroup(workgroups, request.workgroup)
    const known = request.token === undefined ? undefined : files.idOfToken(request.token)
    if (known !== undefined) {
      const { sql, parameters = [] } = this.get(known)
      if (sql !== request.sql || parameters.join('\0') !== (request.parameters ?? []).join('\0'))
        throw new AwsError('InvalidRequestException', 'Idempotent parameters do not match')
      return known
    }
    if (!this.#isSwept) files.sweep()
    this.#isSwept = true
    const id = randomUUID()
    const { output, ...asked } = request
    const record: QueryRecord = {
      ...asked,
      id,
      state: 'RUNNING',
      submitted: new Date(),
      ...this.#place(workgroup, output, `${id}.csv`),
      result: EMPTY_RESULT,
      pid: process.pid,
    }
    files.save(record)
    if (request.token !== undefined) files.saveToken(request.token, id)
    const controller = new AbortController()
    const end = this.#run(record, workgroup, controller.signal)
    this.#live.set(id, { record, isSaved: false, controller, end })
    return id
  }

  get(id: string): QueryRecord {
    const found = this.find(id)
    if (!found) throw new AwsError('InvalidRequestException', `QueryExecution ${id} was not found`)
    return found
  }

  find(id: string): QueryRecord | undefined {
    return this.#live.get(id)?.record ?? this.#options.files.read(id)
  }

  /** Those of a workgroup, newest first. */
  list(workgroup: string): QueryRecord[] {
    const { files, workgroups } = this.#options
    const { name } = findWorkgroup(workgroups, workgroup)
    return files.list(name).map((record) => this.#live.get(record.id)?.record ?? record)
  }

  /**
   * Runs a query that this process answers by other means than `start`. While it runs, whoever lists executions finds it, in
   * other processes too: a vacuum leaves what it may read.
   */
  async whileListed<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const { files, workgroups } = this.#options
    const workgroup = findWorkgroup(workgroups, PRIMARY)
    const id = randomUUID()
    const record: QueryRecord = {
      id,
      sql,
      workgroup: workgroup.name,
      state: 'RUNNING',
      submitted: new Date(),
      ...this.#place(workgroup, undefined, `${id}.csv`),
      result: EMPTY_RESULT,
      pid: process.pid,
    }
    const { promise: end, resolve } = Promise.withResolvers<void>()
    this.#live.set(id, { record, isSaved: true, controller: new AbortController(), end })
    try {
      files.save(record)
    } catch {
      // A lake that can't be written to can't be vacuumed either.
    }
    try {
      return await work()
    } finally {
      this.#live.delete(id)
      files.remove(id)
      resolve()
    }
  }

  async rows(id: string, from: number, to: number): Promise<TextRow[]> {
    const { state, result, bucket, key } = this.get(id)
    if (state === 'FAILED' || state === 'CANCELLED')
      throw new AwsError(
        'InvalidRequestException',
        `Query did not finish successfully. Final query state: ${state}`,
      )
    if (state !== 'SUCCEEDED')
      throw new AwsError('InvalidRequestException', `Query has not yet finished. Current state: ${state}`)
    const end = Math.min(to, result.index.rows)
    if (from >= end) return []
    return await readResult(this.#options.objects.pathOf(bucket, key), result.index, from, end).catch(
      (error) => {
        if (error.code !== 'ENOENT') throw error
        throw new AwsError('InvalidRequestException', `Could not find results: ${s3Uri(bucket, key)} is gone`)
      },
    )
  }

  /** Stops a query that runs; one that has ended stays as it is. */
  stop(id: string): void {
    this.get(id)
    this.#end(id, { state: 'CANCELLED', reason: 'Query cancelled by user' })
    this.#live.get(id)?.controller.abort()
  }

  async close(): Promise<void> {
    const live = [...this.#live.values()]
    for (const { record } of live) this.stop(record.id)
    await Promise.allSettled(live.map(({ end }) => end))
  }

  /** Where the result goes: where the client says, unless its workgroup says where. */
  #place(workgroup: Workgroup, output: string | undefined, file: string) {
    const { bucket, key } = parseS3Uri(
      workgroup.isEnforced ? workgroup.results : (output ?? workgroup.results),
    )
    const place = { bucket, key: key === '' || key.endsWith('/') ? key + file : `${key}/${file}` }
    try {
      this.#options.objects.requireBucket(bucket)
      this.#options.objects.pathOf(bucket, place.key)
    } catch (error) {
      throw new AwsError(
        'InvalidRequestException',
        `Unable to verify/create output bucket ${bucket}: ${(error as Error).message}`,
      )
    }
    return place
  }

  async #run(record: QueryRecord, workgroup: Workgroup, signal: AbortSignal): Promise<void> {
    const { engine, objects } = this.#options
    const { parameters = [], database, bucket, key, id } = record
    const resultPath = objects.pathOf(bucket, key)
    try {
      // Whoever starts it is to have its id first.
      await Promise.resolve()
      if (workgroup.isEnforced && ctasOf(record.sql)?.location !== undefined)
        throw new Error(EXTERNAL_LOCATION)
      const sql = parameters.length > 0 ? withParameters(record.sql, parameters) : record.sql
      const tables = key.replace(/[^/]*$/, 'tables/')
      const defaultLocation = s3Uri(bucket, `${tables}${id}/`)
      const result = await engine.run({ sql, database, resultPath, defaultLocation, signal })
      const place = { sql, defaultLocation, bucket, key: `${tables}${id}-manifest.csv` }
      const manifest = signal.aborted ? undefined : await writeDataManifest(objects, place)
      this.#end(id, { state: 'SUCCEEDED', result, manifest })
    } catch (error) {
      await rm(resultPath, { force: true }).catch(() => undefined)
      this.#end(id, { state: 'FAILED', reason: failureReason(error) })
    }
    if (this.#live.get(id)?.isSaved) this.#live.delete(id)
  }

  /** Only the first end counts. */
  #end(id: string, outcome: Partial<QueryRecord>): void {
    const live = this.#live.get(id)
    if (!live || hasEnded(live.record)) return
    live.record = { ...live.record, ...outcome, completed: new Date() }
    try {
      this.#options.files.save(live.record)
      live.isSaved = true
    } catch {
      // The disk is full, or gone: whoever asks in this process learns the end all the same.
    }
  }
}
