import type { DuckDBConnection } from '@duckdb/node-api'
import { type DuckDBLimits, withDuckDB } from '../duckdb/with-duckdb.ts'

/** Queries run on Node's thread pool; one of its threads stays free for files. */
const POOL = Number(process.env.UV_THREADPOOL_SIZE ?? 4)

export const lanesFor = (threads: number): number => Math.max(1, Math.min(threads, POOL - 1))

const UNITS: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
}

/** The bytes of a limit as DuckDB spells it (`4GB`, `512 MiB`). */
export function bytesOf(limit: string): number {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?i?B)\s*$/i.exec(limit) ?? []
  const factor = UNITS[unit.toUpperCase()]
  if (!factor) throw new RangeError(`memory limit "${limit}": write it as 4GB or 512MB`)
  return Math.floor(Number(digits) * factor)
}

/**
 * Works through the items in as many lanes as there are threads. Each lane has a DuckDB with one thread: several small
 * orderly writers instead of one big disorderly one.
 */
export async function inLanes<T>(
  items: readonly T[],
  { memoryLimit, threads, tempDirectory, signal }: DuckDBLimits,
  work: (connection: DuckDBConnection, item: T, index: number) => Promise<void>,
): Promise<void> {
  const lanes = Math.min(lanesFor(threads), items.length)
  const failed = new AbortController()
  const share = `${Math.floor(bytesOf(memoryLimit) / Math.max(lanes, 1))}B`
  const queue = items.entries()
  const limits = {
    memoryLimit: share,
    threads: 1,
    tempDirectory,
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
  }
  const lane = async () => {
    try {
      await withDuckDB(limits, async (connection) => {
        for (const [index, item] of queue) {
          limits.signal.throwIfAborted()
          await work(connection, item, index)
        }
      })
    } catch (error) {
      // The other lanes end with this same error; only the first one to come counts.
      failed.abort(error)
    }
  }
  // All of them: whoever is told of the failure removes the folders that a lane could still be writing to.
  await Promise.all(Array.from({ length: lanes }, lane))
  failed.signal.throwIfAborted()
}
