import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { folderBytes } from './folder-bytes.ts'

const usage = z.object({ peakRssBytes: z.number(), cpuMs: z.number() })

export interface Measured extends z.infer<typeof usage> {
  readonly wallMs: number
  /** The most that lay in the watched folder at any of the samples. */
  readonly peakFolderBytes: number
  readonly stdout: string
}

export interface MeasureOptions {
  readonly script: string
  readonly args: readonly string[]
  readonly scratch: string
  /** Sampled twice a second while the child runs: where the engine spills. */
  readonly watch?: string
}

const SAMPLE_MS = 500

/** Runs a script of the project in a process of its own and says what it took. Throws with its output where it fails. */
export async function measureChild({ script, args, scratch, watch }: MeasureOptions): Promise<Measured> {
  const file = path.join(scratch, 'usage.json')
  rmSync(file, { force: true })
  const from = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', path.join(import.meta.dirname, 'report-usage.mjs'), script, ...args],
    { env: { ...process.env, BENCH_USAGE_FILE: file }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let peakFolderBytes = 0
  while (watch && child.exitCode === null && child.signalCode === null) {
    peakFolderBytes = Math.max(peakFolderBytes, folderBytes(watch))
    await Promise.race([ended, sleep(SAMPLE_MS)])
  }
  const code = await ended
  const wallMs = performance.now() - from
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
  return { ...usage.parse(JSON.parse(readFileSync(file, 'utf8'))), wallMs, peakFolderBytes, stdout }
}
