import type { DuckDBConnection } from '@duckdb/node-api'

/** An interrupt that comes before a statement starts is lost on DuckDB; so it is repeated until the work has ended. */
const REPEAT_MS = 20

/** Does work on a connection that ends when the signal says so. */
export const interruptible = async <T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted()
  let repeat: NodeJS.Timeout | undefined
  const interrupt = () => {
    connection.interrupt()
    repeat = setInterval(() => connection.interrupt(), REPEAT_MS)
  }
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearInterval(repeat)
  }
}
