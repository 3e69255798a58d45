import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

export interface StoredStream {
  readonly name: string
  readonly shards: number
  readonly mode: 'ON_DEMAND' | 'PROVISIONED'
  readonly retentionHours: number
  /** Milliseconds since 1970. */
  readonly created: number
}

export interface StoredRecord {
  /** Its place in the shard, from 1. */
  readonly index: number
  readonly partitionKey: string
  readonly data: Uint8Array
  /** Milliseconds since 1970. */
  readonly arrival: number
}

export interface NewRecord {
  readonly shard: number
  readonly partitionKey: string
  readonly data: Uint8Array
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS streams (
    name TEXT PRIMARY KEY, shards INTEGER NOT NULL, mode TEXT NOT NULL, retentionHours INTEGER NOT NULL, created REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS shards (
    stream TEXT NOT NULL, shard INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (stream, shard)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (
    stream TEXT NOT NULL, shard INTEGER NOT NULL, "index" INTEGER NOT NULL, partitionKey TEXT NOT NULL, data BLOB NOT NULL,
    arrival REAL NOT NULL, PRIMARY KEY (stream, shard, "index")
  ) STRICT, WITHOUT ROWID;
`

/** Streams and their records in a SQLite file: a put that was answered survives the end of the process. */
export class StreamStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #advance: StatementSync
  readonly #select: StatementSync
  readonly #streams = new Map<string, StoredStream>()
  readonly #last = new Map<string, number>()

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true })
    this.#database = new DatabaseSync(file)
    this.#database.exec(SCHEMA)
    this.#insert = this.#database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)')
    this.#advance = this.#database.prepare('UPDATE shards SET last = ? WHERE stream = ? AND shard = ?')
    this.#select = this.#database.prepare(
      'SELECT "index", partitionKey, data, arrival FROM records ' +
        'WHERE stream = ? AND shard = ? AND "index" >= ? AND arrival >= ? ORDER BY "index" LIMIT ?',
    )
    for (const row of this.#database.prepare('SELECT * FROM streams').all())
      this.#streams.set(String(row.name), { ...row } as unknown as StoredStream)
    for (const { stream, shard, last } of this.#database.prepare('SELECT * FROM shards').all())
      this.#last.set(`${stream}/${shard}`, Number(last))
  }

  streams(): StoredStream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  stream(name: string): StoredStream | undefined {
    return this.#streams.get(name)
  }

  create(stream: StoredStream): void {
    const { name, shards, mode, retentionHours, created } = stream
    this.#transaction(() => {
      this.#database
        .prepare('INSERT INTO streams VALUES (?, ?, ?, ?, ?)')
        .run(name, shards, mode, retentionHours, created)
      const shard = this.#database.prepare('INSERT INTO shards VALUES (?, ?, 0)')
      for (let number = 0; number < shards; number++) shard.run(name, number)
    })
    this.#streams.set(name, stream)
  }

  /** Changes how long a stream keeps records, or how it is paid for; its shards stay. */
  change(stream: StoredStream): void {
    this.#database
      .prepare('UPDATE streams SET mode = ?, retentionHours = ? WHERE name = ?')
      .run(stream.mode, stream.retentionHours, stream.name)
    this.#streams.set(stream.name, stream)
  }

  remove(name: string): void {
    this.#transaction(() => {
      for (const [table, column] of [
        ['records', 'stream'],
        ['shards', 'stream'],
        ['streams', 'name'],
      ])
        this.#database.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(name)
    })
    this.#streams.delete(name)
    for (const key of this.#last.keys()) if (key.startsWith(`${name}/`)) this.#last.delete(key)
  }

  /** The index of the newest record that a shard ever had; 0 where it had none. */
  last(name: string, shard: number): number {
    return this.#last.get(`${name}/${shard}`) ?? 0
  }

  /** Appends all records or, where the disk refuses, none; gives their indexes. */
  append(name: string, records: readonly NewRecord[], arrival: number): number[] {
    const last = new Map<number, number>()
    const indexes = this.#transaction(() => {
      const given = records.map(({ shard, partitionKey, data }) => {
        const index = (last.get(shard) ?? this.last(name, shard)) + 1
        last.set(shard, index)
        this.#insert.run(name, shard, index, partitionKey, data, arrival)
        return index
      })
      for (const [shard, index] of last) this.#advance.run(index, name, shard)
      return given
    })
    for (const [shard, index] of last) this.#last.set(`${name}/${shard}`, index)
    return indexes
  }

  /** Records of a shard from an index on, in order; those that came before `since` are not shown. */
  read(name: string, shard: number, from: number, since: number, limit: number): StoredRecord[] {
    return this.#select.all(name, shard, from, since, limit) as unknown as StoredRecord[]
  }

  /** The first index that arrived at a time or later, or the one that the next record will have. */
  firstSince(name: string, shard: number, time: number): number {
    let from = this.#oldest(name, shard)
    let to = this.last(name, shard) + 1
    // Records of a shard have no gaps and arrive in order, so no index on their times is needed.
    while (from < to) {
      const middle = Math.floor((from + to) / 2)
      const [record] = this.read(name, shard, middle, 0, 1)
      if (record && record.arrival < time) from = middle + 1
      else to = middle
    }
    return from
  }

  /** Removes what came before a time; gives the number of records. */
  trim(name: string, before: number): number {
    const { shards = 0 } = this.stream(name) ?? {}
    const remove = this.#database.prepare(
      'DELETE FROM records WHERE stream = ? AND shard = ? AND "index" < ?',
    )
    return Array.from({ length: shards }, (_, shard) =>
      Number(remove.run(name, shard, this.firstSince(name, shard, before)).changes),
    ).reduce((sum, changes) => sum + changes, 0)
  }

  #oldest(name: string, shard: number): number {
    const [row] = this.#database
      .prepare('SELECT min("index") AS oldest FROM records WHERE stream = ? AND shard = ?')
      .all(name, shard)
    return row?.oldest == null ? this.last(name, shard) + 1 : Number(row.oldest)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #transaction<T>(change: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = change()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}
