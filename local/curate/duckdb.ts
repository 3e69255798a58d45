import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface DuckDBLimits {
  /** As DuckDB spells it: `4GB`. */
  readonly memoryLimit: string
  readonly threads: number
  /** Where it spills to. */
  readonly tempDirectory: string
  readonly signal?: AbortSignal | undefined
}

/** Text as a SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A path as a SQL literal for a reader, which takes patterns: what would be one in the path itself stands for itself. */
export const quotedPath = (path: string, pattern = ''): string =>
  quoted(path.replaceAll(/[*?[]/g, '[$&]') + pattern)

/** The rows of a query as objects: BIGINT is bigint, NULL is null. */
export const rowsOf = async (connection: DuckDBConnection, query: string) =>
  (await connection.runAndReadAll(query)).getRowObjectsJS()

const PROGRESS_EVERY_MS = 250

/** Runs a long statement; tells now and then which part of it, 0 to 1, is done. */
export async function runTold(
  connection: DuckDBConnection,
  statement: string,
  onPart: (part: number) => void,
): Promise<void> {
  await connection.run('SET enable_progress_bar = true')
  await connection.run('SET enable_progress_bar_print = false')
  const timer = setInterval(() => {
    const { percentage } = connection.progress
    if (percentage > 0) onPart(Math.min(percentage, 100) / 100)
  }, PROGRESS_EVERY_MS)
  try {
    await connection.run(statement)
  } finally {
    clearInterval(timer)
  }
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
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
    partitioned_write_max_open_files: '1000',
  })
  try {
    const connection = await instance.connect()
    const interrupt = () => connection.interrupt()
    signal?.addEventListener('abort', interrupt)
    try {
      await connection.run("SET TimeZone = 'UTC'")
      return await work(connection)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
