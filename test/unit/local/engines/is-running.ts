import { readFileSync } from 'node:fs'
import { isAlive } from '../../../../local/is-alive.ts'

/** Whether a process still does something: one that has ended keeps its id until its parent has asked about it. */
export const isRunning = (pid: number): boolean => {
  if (!isAlive(pid)) return false
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}
