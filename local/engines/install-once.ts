import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../is-alive.ts'
import { addScratch, removeScratch } from './process-groups.ts'

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
async function takeLock(lock: string, signal: AbortSignal | undefined): Promise<void> {
  mkdirSync(dirname(lock), { recursive: true })
  for (;;) {
    signal?.throwIfAborted()
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return addScratch(lock)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = ownerOf(lock)
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true })
    else await sleep(LOCK_EVERY_MS)
  }
}

export const isInstalled = (folder: string): boolean => existsSync(join(folder, FINISHED))

/** Fills a folder unless that was done before; `install` finds it empty. The signal ends waiting for another command's install. */
export async function installOnce(
  folder: string,
  install: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  if (isInstalled(folder)) return
  const lock = `${folder}.lock`
  await takeLock(lock, signal)
  try {
    if (isInstalled(folder)) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await install()
    writeFileSync(join(folder, FINISHED), '')
  } finally {
    removeScratch(lock)
  }
}
