import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { readDocument, writeDocument } from '../files.ts'

/** Readers probe the lock for an instant; that must not turn a night away. */
const PATIENCE_MS = 500
const SQLITE_BUSY = 5

/** `lock.holder`: who has the lake. */
const lakeHolder = z.object({
  pid: z.number().int(),
  since: z.string(),
  /** Where it answers, if it is a server. */
  endpoint: z.string().optional(),
})
type LakeHolder = z.output<typeof lakeHolder>

/** Another process writes to the lake. */
export class LakeBusyError extends Error {
  constructor(root: string, holder: LakeHolder | undefined) {
    super(`${root} is ${useOf(holder)}, or name another folder with --lake.`)
    this.name = 'LakeBusyError'
  }
}

/** Who uses it, and what to do about that. */
function useOf(holder: LakeHolder | undefined): string {
  const { pid, since, endpoint } = holder ?? {}
  const who = holder ? ` (process ${pid}, since ${since})` : ''
  if (endpoint === undefined) return `in use by another night${who}. Wait for it to end`
  return (
    `served at ${endpoint}${who}. Start, stop and redrive executions there, for example by ` +
    `"aws stepfunctions start-execution" with AWS_ENDPOINT_URL=${endpoint}; end the server with Ctrl-C`
  )
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

/** Undefined where nobody can say. */
function holderOf(root: string): LakeHolder | undefined {
  try {
    return lakeHolder.safeParse(readDocument(file(root, 'lock.holder'))).data
  } catch {
    return undefined
  }
}

export interface LakeLock extends Disposable {
  /** Tells other processes where the lake is served. */
  announce(endpoint: string): void
}

/** Takes the lake for this process: one writer at a time, so that no night works on what another one changes. */
export function lockLake(root: string, patience = PATIENCE_MS): LakeLock {
  const lock = tryLock(root, patience)
  if (!lock) throw new LakeBusyError(root, holderOf(root))
  const holder: LakeHolder = { pid: process.pid, since: new Date().toISOString() }
  const write = (holder: LakeHolder) => writeDocument(file(root, 'lock.holder'), holder)
  write(holder)
  return {
    announce: (endpoint) => write({ ...holder, endpoint }),
    [Symbol.dispose]: () => lock.close(),
  }
}

/** Whether some process has the lake. */
export function isLakeLocked(root: string): boolean {
  const lock = tryLock(root, 0)
  lock?.close()
  return lock === null
}
