import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { addGroup, guardGroups, isGroup, removeGroup, signalGroup } from './process-groups.ts'
import { watchGroup } from './watch-group.ts'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
  /** Gets what it prints; the file is made anew. Without it that goes where this process prints. */
  readonly log?: string
  /** Aborting it ends the child. */
  readonly signal?: AbortSignal
}

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child extends AsyncDisposable {
  readonly pid: number
  /** Resolves when it has ended, whatever the reason; its whole group is gone then. */
  readonly ended: Promise<ChildEnd>
  /** Ends it and all that it started: politely, and after `graceMs` by force. */
  stop(graceMs?: number): Promise<ChildEnd>
}

const GRACE_MS = 5000

function openLog(log: string): number {
  mkdirSync(dirname(log), { recursive: true })
  return openSync(log, 'w')
}

/** Starts a program in a process group of its own, which ends with this process at the latest. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, environment, folder, log, signal } = options
  signal?.throwIfAborted()
  guardGroups()
  const output = log === undefined ? 'inherit' : openLog(log)
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output, output],
    ...(folder && { cwd: folder }),
    ...(environment && { env: environment }),
  })
  if (output !== 'inherit') closeSync(output)
  const { pid = 0 } = child
  // In the same turn: nothing can end this process before it knows of the group.
  if (pid > 0) addGroup(pid)
  const closed = once(child, 'close')
  closed.catch(() => undefined)
  await once(child, 'spawn')
  const unwatch = watchGroup(pid)

  const ended = closed.then(([code, ending]): ChildEnd => {
    // What it started and left behind.
    signalGroup(pid, 'SIGKILL')
    removeGroup(pid)
    unwatch()
    return { code, signal: ending }
  })
  const stop = async (graceMs = GRACE_MS): Promise<ChildEnd> => {
    if (isGroup(pid)) {
      signalGroup(pid, 'SIGTERM')
      const timer = new AbortController()
      const force = sleep(graceMs, undefined, { signal: timer.signal }).then(
        () => signalGroup(pid, 'SIGKILL'),
        () => undefined,
      )
      await ended
      timer.abort()
      await force
    }
    return ended
  }
  const abort = () => void stop(0)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  void ended.then(() => signal?.removeEventListener('abort', abort))
  return { pid, ended, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}
