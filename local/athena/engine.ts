import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { identifier, quoted, quotedPath } from '../duckdb/text.ts'
import type { Catalog } from '../glue/catalog.ts'
import { Locks } from '../s3/locks.ts'
import type { ObjectStore } from '../s3/object-store.ts'
import { linkedFiles } from './linked-files.ts'
import { Mirror } from './mirror.ts'
import { CATALOG } from './statement-parts.ts'

export interface EngineOptions {
  readonly catalog: Catalog
  readonly objects: ObjectStore
  /** The folders of the lake: nothing outside them can be read. */
  readonly folders: readonly string[]
  /** The one among them whose files may be links to files elsewhere: the raw bucket. */
  readonly linkFolder: string
  /** Where DuckDB spills to. */
  readonly spillFolder: string
  readonly memoryLimit: string
  readonly threads: number | undefined
}

interface Opened {
  readonly instance: DuckDBInstance
  readonly control: DuckDBConnection
  readonly mirror: Mirror
  /** Files elsewhere that it may read. */
  readonly allowed: ReadonlySet<string>
  revision: number
}

/** DuckDB in Athena's place: its schemas are the Data Catalog's databases, its tables read the files of the buckets. */
export class Engine {
  readonly #options: EngineOptions
  readonly #locks = new Locks()
  #opened: Opened | undefined
  #isClosed = false

  constructor(options: EngineOptions) {
    this.#options = options
  }

  /** A connection that sees the catalog as it is now; to be closed by whoever asked. */
  async connect(database?: string): Promise<DuckDBConnection> {
    const { instance } = await this.#refreshed()
    const connection = await instance.connect()
    try {
      await connection.run(`USE ${CATALOG}.${identifier(database ?? 'main')}`)
      return connection
    } catch (error) {
      connection.closeSync()
      throw error
    }
  }

  /** What a query would scan. */
  async bytesOf(sql: string, database?: string): Promise<number> {
    return await this.#locks.run(
      'control',
      async () => (await this.#opened?.mirror.bytesOf(sql, database)) ?? 0,
    )
  }

  close(): void {
    this.#isClosed = true
    this.#discard()
  }

  async #refreshed() {
    return await this.#locks.run('control', async () => {
      if (this.#isClosed) throw new Error('the platform is closed')
      const { catalog, linkFolder } = this.#options
      if (this.#opened?.revision !== catalog.revision) {
        const links = linkedFiles(linkFolder)
        const { allowed } = this.#opened ?? {}
        // What DuckDB may read is fixed once it is locked; queries that run keep the former instance alive.
        if (allowed && links.some((path) => !allowed.has(path))) this.#discard()
        this.#opened ??= await this.#open(links)
      }
      this.#opened.revision = catalog.revision
      await this.#opened.mirror.refresh()
      return this.#opened
    })
  }

  #discard(): void {
    this.#opened?.control.closeSync()
    this.#opened?.instance.closeSync()
    this.#opened = undefined
  }

  async #open(links: readonly string[]): Promise<Opened> {
    const { catalog, objects, folders, spillFolder, memoryLimit, threads } = this.#options
    mkdirSync(spillFolder, { recursive: true })
    for (const folder of folders) mkdirSync(folder, { recursive: true })
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      temp_directory: spillFolder,
      // An extension that is not built in would be downloaded: better an error.
      autoload_known_extensions: 'false',
      ...(threads === undefined ? {} : { threads: String(threads) }),
    })
    const control = await instance.connect()
    const readable = [...folders, spillFolder].flatMap((path) => [path, realpathSync(path)])
    // In both spellings: readers are given patterns, in which a "[" of the folder's own name is escaped.
    const spellings = readable
      .map((path) => join(path, '/'))
      .flatMap((path) => [quoted(path), quotedPath(path)])
    const list = [...new Set(spellings)].join(', ')
    await control.run(`ATTACH ':memory:' AS ${CATALOG}`)
    await control.run("SET GLOBAL TimeZone = 'UTC'")
    // A query can read the lake and nothing else on this machine, whatever functions it calls.
    await control.run(`SET allowed_directories = [${list}]`)
    await control.run(`SET allowed_paths = [${links.map(quoted).join(', ')}]`)
    await control.run('SET enable_external_access = false')
    await control.run('SET lock_configuration = true')
    const mirror = new Mirror(catalog, objects, control)
    return { instance, control, mirror, allowed: new Set(links), revision: catalog.revision }
  }
}
