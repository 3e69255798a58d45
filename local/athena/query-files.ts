import { createHash } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument, writeDocument } from '../files.ts'
import { isAlive } from '../is-alive.ts'
import { hasEnded, type QueryRecord, queryRecord } from './query-record.ts'

/** Athena forgets executions after 45 days. */
const REMEMBERED_MS = 45 * 24 * 60 * 60 * 1000
const GONE = 'The process that ran the query has ended: start it again'

const idOf = (fileName: string): string => fileName.replace(/\.json$/, '')

/** The query executions of a lake as readable files, with the tokens that make starting them idempotent. */
export class QueryFiles {
  readonly #executions: string
  readonly #tokens: string
  /** Those that have ended don't change any more. */
  readonly #ended = new Map<string, QueryRecord>()

  constructor(folder: string) {
    this.#executions = join(folder, 'executions')
    this.#tokens = join(folder, 'tokens')
  }

  save(record: QueryRecord): void {
    writeDocument(join(this.#executions, `${record.id}.json`), record)
  }

  remove(id: string): void {
    rmSync(join(this.#executions, `${id}.json`), { force: true })
  }

  /** One whose process has ended before it did has failed. */
  read(id: string): QueryRecord | undefined {
    const known = this.#ended.get(id)
    if (known) return known
    if (!z.uuid().safeParse(id).success) return undefined
    const document = readDocument(join(this.#executions, `${id}.json`))
    if (document === undefined) return undefined
    const record = queryRecord.parse(document)
    if (hasEnded(record)) return record
    // This process has the ones that it runs in its memory.
    return record.pid !== process.pid && isAlive(record.pid)
      ? record
      : { ...record, state: 'FAILED', reason: GONE, completed: record.submitted }
  }

  /** Of a workgroup, newest first. */
  list(workgroup: string): QueryRecord[] {
    const records = documentNames(this.#executions).flatMap((name) => {
      const record = this.read(idOf(name))
      if (record && hasEnded(record)) this.#ended.set(record.id, record)
      return record ?? []
    })
    return records
      .filter((record) => record.workgroup === workgroup)
      .sort((a, b) => b.submitted.getTime() - a.submitted.getTime() || b.id.localeCompare(a.id))
  }

  /** The execution that was started with a token. */
  idOfToken(token: string): string | undefined {
    const document = readDocument(this.#tokenFile(token))
    return document === undefined ? undefined : z.object({ id: z.string() }).parse(document).id
  }

  saveToken(token: string, id: string): void {
    writeDocument(this.#tokenFile(token), { id })
  }

  /** Removes what is older than Athena would remember. */
  sweep(now = Date.now()): void {
    for (const folder of [this.#executions, this.#tokens]) {
      for (const name of documentNames(folder)) {
        const path = join(folder, name)
        const stats = statSync(path, { throwIfNoEntry: false })
        if (!stats || now - stats.mtimeMs <= REMEMBERED_MS) continue
        rmSync(path, { force: true })
        this.#ended.delete(idOf(name))
      }
    }
  }

  #tokenFile(token: string): string {
    return join(this.#tokens, `${createHash('sha256').update(token).digest('hex')}.json`)
  }
}
