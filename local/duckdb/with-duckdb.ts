import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { interruptible } from './interruptible.ts'

export interface DuckDBLimits {
  /** As DuckDB spells it: `4GB`. */
  readonly memoryLimit: string
  readonly threads: number
  /** Where it spills to. */
  readonly tempDirectory: string
  readonly signal?: AbortSignal | undefined
}

/** Runs `work` with a DuckDB of its own; the signal interrupts the query that runs. */
export async function withDuckDB<T>(
  { memoryLimit, threads, tempDirectory, signal }: DuckDBLimits,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    threads: String(threads),
    temp_directory: tempDirectory,
    // An extension that is not built in would be downloaded: better an error.
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
    partitioned_write_max_open_files: '1000',
  })
  try {
    const connection = await instance.connect()
    try {
      return await interruptible(connection, signal, async () => {
        await connection.run("SET TimeZone = 'UTC'")
        return await work(connection)
      })
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
