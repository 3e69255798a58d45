import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

/** Names a folder in which each living group has a file: who starts us can end what we, killed, could not. */
export const GROUPS_VARIABLE = 'LAKEHOUSE_PROCESS_GROUPS'

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Leaders of the groups that live. */
const groups = new Set<number>()
/** Files and folders that are of no use when they have ended. */
const scratch = new Set<string>()

export const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    // None left, or (macOS) only such as have ended.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

const endAll = (): void => {
  for (const leader of groups) {
    signalGroup(leader, 'SIGKILL')
    removeGroup(leader)
  }
  for (const path of scratch) removeScratch(path)
}

const onSignal = (signal: NodeJS.Signals): void => {
  endAll()
  // Who listens too decides how this process ends; alone, it ends as it would have without us.
  if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
}

let guarded = false
/** Groups don't get a terminal's Ctrl-C, which reaches only us. Call it before the first of them starts. */
export function guardGroups(): void {
  if (guarded) return
  guarded = true
  process.on('exit', endAll)
  // First in line: listeners of `once` are gone from the count after their turn.
  for (const signal of ENDING) process.prependListener(signal, onSignal)
}

export const isGroup = (leader: number): boolean => groups.has(leader)

export function addGroup(leader: number): void {
  groups.add(leader)
  const folder = process.env[GROUPS_VARIABLE]
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, String(leader)), '')
}

export function removeGroup(leader: number): void {
  groups.delete(leader)
  const folder = process.env[GROUPS_VARIABLE]
  if (folder) rmSync(join(folder, String(leader)), { force: true })
}

/** From now on this file or folder goes with the groups, also when this process is interrupted. */
export function addScratch(path: string): void {
  guardGroups()
  scratch.add(path)
}

/** Removes it now; processes that are just being killed may still write there. */
export function removeScratch(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  scratch.delete(path)
}

/** Ends the groups that a process, killed itself, left in its folder; gives their number. */
export function killLeftGroups(folder: string): number {
  const left = readdirSync(folder).map(Number)
  for (const leader of left) signalGroup(leader, 'SIGKILL')
  return left.length
}
