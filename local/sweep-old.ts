import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './is-alive.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Folders that name the process to which they belong. */
const OWNED = /^(?:athena|curate|engine)-(\d+)(?:-|$)/
/** What people read later. */
const LOGS = /-logs$/

const isKept = (name: string): boolean => {
  const [, pid] = OWNED.exec(name) ?? []
  return LOGS.test(name) || (pid !== undefined && isAlive(Number(pid)))
}

/** Removes what a process that crashed left unfinished; another one may be writing what is younger than a day. */
export const sweepOld = (folder: string, now = Date.now()): void => {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const name of names.filter((name) => !isKept(name))) {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats && now - stats.mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}
