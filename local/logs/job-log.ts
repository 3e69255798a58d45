import { runOfVersion } from '../../catalog/layout.ts'
import type { SliceManifest, SliceMetrics } from '../../lambdas/shared/documents.ts'

/** As handlers are named in their lines; the Spark job writes the same. */
const SERVICE = 'curate'

/**
 * Does a job's work on one slice and writes a line at its start and at its end, with the keys that the functions' lines have
 * and what the Spark job says too.
 */
export async function loggedJob(
  { execution, slice, version, month, files }: SliceManifest,
  write: (line: string) => void,
  work: () => Promise<SliceMetrics>,
): Promise<SliceMetrics> {
  const keys = {
    ...(execution !== undefined && { execution }),
    run: runOfVersion(version),
    slice,
    version,
    month,
  }
  const log = (level: 'INFO' | 'ERROR', message: string, more: object) =>
    write(
      JSON.stringify({
        level,
        message,
        timestamp: new Date().toISOString(),
        service: SERVICE,
        ...keys,
        ...more,
      }),
    )
  log('INFO', 'started', { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) })
  try {
    const metrics = await work()
    const { read, curated, duplicates, quarantined, reasons } = metrics
    log('INFO', 'succeeded', { read, curated, duplicates, quarantined, reasons })
    return metrics
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    log('ERROR', 'failed', { error: { name, message } })
    throw error
  }
}
