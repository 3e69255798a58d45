import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Readers probe the lock for an instant; that must not turn a night away. */
const PATIENCE_MS = 500
const SQLITE_BUSY = 5

/** Another process writes to the lake. */
export class LakeBusyError extends Error {
  constructor(root: string, holder: string) {
    super(
      `${root} is in use by another night${holder}. Wait for it to end, or name another folder with --lake.`,
    )
    this.name = 'LakeBusyError'
  }
}

const file = (root: string, name: string): string => path.join(root, name)

/** Null where another process holds it. The operating system frees the lock when its holder ends, however it ends. */
function tryLock(root: string, patience: number): DatabaseSync | null {
  mkdirSync(root, { recursive: true })
  const lock = new DatabaseSync(file(root, 'lock.sqlite'), { timeout: patience })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw error
  }
}

function holder(root: string): string {
  try {
    return ` (process ${readFileSync(file(root, 'lock.holder'), 'utf8')})`
  } catch {
    return ''
  }
}

/** Takes the lake for this process: one writer at a time, so that no night works on what another one changes. */
export function lockLake(root: string): Disposable {
  const lock = tryLock(root, PATIENCE_MS)
  if (!lock) throw new LakeBusyError(root, holder(root))
  writeFileSync(file(root, 'lock.holder'), `${process.pid}, since ${new Date().toISOString()}`)
  return { [Symbol.dispose]: () => lock.close() }
}

/** Whether some process has the lake. */
export function isLakeLocked(root: string): boolean {
  const lock = tryLock(root, 0)
  lock?.close()
  return lock === null
}
