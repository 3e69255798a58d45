import { readFileSync } from 'node:fs'
import { startChild } from './child-process.ts'
import { addScratch, removeScratch } from './process-groups.ts'

export interface ToolOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Gets what it prints; removed at the end, as an error tells what matters of it. */
  readonly log: string
  /** Aborting it ends the tool. */
  readonly signal?: AbortSignal | undefined
}

const LINES = 5

/** Runs a program to its end. One that fails is an error with its last lines; one that is not there has the code `ENOENT`. */
export async function runTool({ log, signal, ...options }: ToolOptions): Promise<void> {
  addScratch(log)
  try {
    const child = await startChild({ ...options, log, ...(signal && { signal }) })
    const end = await child.ended
    signal?.throwIfAborted()
    if (end.code === 0) return
    const said = readFileSync(log, 'utf8').trim().split('\n').slice(-LINES).join('\n')
    throw new Error(said || `it ended with ${end.signal ?? `code ${end.code}`}`)
  } finally {
    removeScratch(log)
  }
}
