import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../is-alive.ts'

/** Written last: a folder without it is a half install, and made anew. */
const FINISHED = '.finished'
const LOCK_EVERY_MS = 500

const ownerOf = (lock: string): number => {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    return Number.NaN
  }
}

/** Two commands started side by side must not install into the same folder. */
async function takeLock(lock: string): Promise<void> {
  mkdirSync(dirname(lock), { recursive: true })
  for (;;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = ownerOf(lock)
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true })
    else await sleep(LOCK_EVERY_MS)
  }
}

/** Fills a folder unless that was done before; `install` finds it empty. */
export async function installOnce(folder: string, install: () => Promise<void>): Promise<void> {
  const finished = join(folder, FINISHED)
  if (existsSync(finished)) return
  const lock = `${folder}.lock`
  await takeLock(lock)
  try {
    if (existsSync(finished)) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await install()
    writeFileSync(finished, '')
  } finally {
    rmSync(lock, { force: true })
  }
}
