import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { packSegment, segmentsOf, unpackSegment } from './segment.ts'
import { takeOverRecords } from './take-over-records.ts'

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

// A page in memory is not read again by those who read what was just written.
const SCHEMA = `
  PRAGMA page_size = 16384;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -32768;
  CREATE TABLE IF NOT EXISTS streams (
    name TEXT PRIMARY KEY, shards INTEGER NOT NULL, mode TEXT NOT NULL, retentionHours INTEGER NOT NULL, created REAL NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS shards (
    stream TEXT NOT NULL, shard INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (stream, shard)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS segments (
    stream TEXT NOT NULL, shard INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, arrival REAL NOT NULL,
    records BLOB NOT NULL, PRIMARY KEY (stream, shard, last)
  ) STRICT;
`

interface Segment {
  readonly first: number
  readonly last: number
  readonly arrival: number
  readonly records: Uint8Array
}

/**
 * Streams and their records in a SQLite file: a put that was answered survives the end of the process. Records of a shard that
 * were put together lie together in a segment, because a row for each costs more than all that is done with it (docs/adr/0048).
 */
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
    takeOverRecords(this.#database)
    this.#insert = this.#database.prepare('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)')
    this.#advance = this.#database.prepare('UPDATE shards SET last = ? WHERE stream = ? AND shard = ?')
    this.#select = this.#database.prepare(
      'SELECT first, last, arrival, records FROM segments ' +
        'WHERE stream = ? AND shard = ? AND last >= ? AND arrival >= ? ORDER BY last',
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
        ['segments', 'stream'],
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
    const given: number[] = new Array(records.length)
    const byShard = new Map<number, NewRecord[]>()
    records.forEach((record, at) => {
      const { shard } = record
      const index = (last.get(shard) ?? this.last(name, shard)) + 1
      last.set(shard, index)
      given[at] = index
      const others = byShard.get(shard)
      if (others) others.push(record)
      else byShard.set(shard, [record])
    })
    this.#transaction(() => {
      for (const [shard, all] of byShard) {
        let first = this.last(name, shard) + 1
        for (const segment of segmentsOf(all)) {
          const end = first + segment.length - 1
          this.#insert.run(name, shard, first, end, arrival, packSegment(segment))
          first = end + 1
        }
        this.#advance.run(last.get(shard) as number, name, shard)
      }
    })
    for (const [shard, index] of last) this.#last.set(`${name}/${shard}`, index)
    return given
  }

  /**
   * Records of a shard from an index on, in order; those that came before `since` are not shown. Gives at most `limit`, and
   * none behind those whose data are more than `bytes` together.
   */
  read(
    name: string,
    shard: number,
    from: number,
    since: number,
    limit: number,
    bytes = Number.POSITIVE_INFINITY,
  ): StoredRecord[] {
    const found: StoredRecord[] = []
    if (from > this.last(name, shard)) return found
    let given = 0
    const segments = this.#select.iterate(name, shard, from, since) as unknown as Iterable<Segment>
    for (const { first, last, arrival, records } of segments) {
      const skip = Math.max(0, from - first)
      let index = first + skip
      for (const { partitionKey, data } of unpackSegment(records, last - first + 1, skip)) {
        found.push({ index, partitionKey, data, arrival })
        index++
        given += data.length
        if (found.length >= limit || given > bytes) return found
      }
    }
    return found
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
      'DELETE FROM segments WHERE stream = ? AND shard = ? AND last < ? RETURNING last - first + 1 AS records',
    )
    return Array.from({ length: shards }, (_, shard) =>
      remove
        .all(name, shard, this.firstSince(name, shard, before))
        .reduce((sum, { records }) => sum + Number(records), 0),
    ).reduce((sum, records) => sum + records, 0)
  }

  #oldest(name: string, shard: number): number {
    const [row] = this.#database
      .prepare('SELECT first FROM segments WHERE stream = ? AND shard = ? ORDER BY last LIMIT 1')
      .all(name, shard)
    return row ? Number(row.first) : this.last(name, shard) + 1
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
      // Where the disk is full, SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}
