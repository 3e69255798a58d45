import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = 4096

/** Process group and resident bytes of a process, by Linux' /proc; undefined where it has ended. */
function statOf(pid: string): { group: number; bytes: number } | undefined {
  try {
    // Behind the name, which may hold anything: state, parent, group, … and as 22nd the resident pages.
    const fields = readFileSync(join('/proc', pid, 'stat'), 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { group: Number(fields[2]), bytes: Number(fields[21]) * PAGE }
  } catch {
    return undefined
  }
}

/** Memory that the processes of these groups hold together; what they share counts for each. */
export function groupMemory(leaders: readonly number[]): number {
  if (leaders.length === 0) return 0
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .reduce((sum, stat) => sum + (stat && leaders.includes(stat.group) ? stat.bytes : 0), 0)
}
