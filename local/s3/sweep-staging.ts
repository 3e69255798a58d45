import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const DAY_MS = 24 * 60 * 60 * 1000

/** Removes what a process that crashed left unfinished; another one may be writing what is younger than a day. */
export const sweepStaging = (folder: string, now = Date.now()): void => {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const name of names) {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats && now - stats.mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}
