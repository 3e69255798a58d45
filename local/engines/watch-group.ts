import { spawn } from 'node:child_process'

/** A read from a pipe ends when its other end is closed, however that came about. */
const SCRIPT = 'read -r _; kill -s KILL -- "-$1"'

/**
 * Ends a group when this process ends without a word: killed by force, or for want of memory. What gives up the watch must be
 * called when the group is gone: another one may get its number.
 */
export function watchGroup(leader: number): () => void {
  const watcher = spawn('sh', ['-c', SCRIPT, 'sh', String(leader)], {
    // Out of reach of the terminal's Ctrl-C: this process may take its time to end.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // It is for the worst case: where there is no room for a process more, the work goes on without it.
  watcher.on('error', () => undefined)
  watcher.unref()
  return () => void watcher.kill('SIGKILL')
}
