import type { DatabaseSync } from 'node:sqlite'
import { packSegment } from './segment.ts'

/** Makes segments of the records of a file that an earlier version wrote, with a row for each. */
export function takeOverRecords(database: DatabaseSync): void {
  const isThere = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'records'").get()
  if (!isThere) return
  const insert = database.prepare('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)')
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const row of database.prepare('SELECT * FROM records').iterate()) {
      const packed = packSegment([{ partitionKey: String(row.partitionKey), data: row.data as Uint8Array }])
      insert.run(
        String(row.stream),
        Number(row.shard),
        Number(row.index),
        Number(row.index),
        Number(row.arrival),
        packed,
      )
    }
    database.exec('DROP TABLE records; COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
