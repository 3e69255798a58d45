import type { DuckDBConnection } from '@duckdb/node-api'

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
