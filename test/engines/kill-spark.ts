import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LAKE } from '../../catalog/layout.ts'
import { GROUPS_VARIABLE } from '../../local/engines/process-groups.ts'
import type { TestLake } from '../local/lake-harness.ts'

const POLL_MS = 5

/** Folder in which each engine that runs has a file: the tests' own runner names one, and reads it too. */
function groupsFolder({ lake }: TestLake): string {
  const folder = process.env[GROUPS_VARIABLE] ?? path.join(lake.root, 'groups')
  process.env[GROUPS_VARIABLE] = folder
  mkdirSync(folder, { recursive: true })
  return folder
}

/** What lies in a job's folder while it writes: files that no committed job has. */
function unfinished({ lake: { platform } }: TestLake): string[] {
  const curated = path.join(platform.objects.bucketPath(platform.names.lakeBucket), LAKE.curated)
  if (!existsSync(curated)) return []
  try {
    return readdirSync(curated, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/_temporary\/.*\.parquet$/.test(name),
    )
  } catch (error) {
    // A folder that it has just renamed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** `java` is what `spark-submit`, a shell script, has become. */
const program = (pid: string): string => {
  const file = `/proc/${pid}/comm`
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'java'
}

/**
 * Kills the driver of the Spark job that comes next in a lake, in the middle of its work: when a part of its files is written
 * and none is committed. Gives the files that it has left.
 */
export async function killNextSpark(lake: TestLake): Promise<string[]> {
  const groups = groupsFolder(lake)
  const before = new Set(readdirSync(groups))
  for (;;) {
    const driver = readdirSync(groups).find((name) => !before.has(name))
    if (driver !== undefined && program(driver) === 'java' && unfinished(lake).length > 0) {
      process.kill(Number(driver), 'SIGKILL')
      return unfinished(lake)
    }
    await sleep(POLL_MS)
  }
}
