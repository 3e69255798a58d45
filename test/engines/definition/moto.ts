import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Machine } from '../../../local/executor/definition.ts'

/** What a state's task answers, call by call; the last one again to all further calls. */
export type Script = Readonly<
  Record<string, readonly ({ readonly value: unknown } | { readonly error: string })[]>
>

export interface ScriptedRun {
  readonly input: object
  readonly answers: Script
}

const executions = z.array(
  z.object({
    status: z.string(),
    visited: z.array(z.string()),
    calls: z.record(z.string(), z.number()),
    output: z.unknown(),
    error: z.string().nullable(),
  }),
)
export type Execution = z.output<typeof executions>[number]

// biome-ignore lint/suspicious/noExplicitAny: states have many shapes; a few of their fields are changed.
type AnyState = any

/**
 * The definition with short waits. moto knows no `.sync` of Athena and DataBrew; the answers come from the script, so the
 * pattern of the call is of no weight.
 */
export function forMoto(machine: Machine): Machine {
  const states: Record<string, AnyState> = structuredClone(machine.States)
  for (const state of Object.values(states)) {
    if (state.Type === 'Wait') state.Seconds = 0
    for (const retry of state.Retry ?? []) Object.assign(retry, { IntervalSeconds: 1, BackoffRate: 1 })
    if (state.Resource) state.Resource = state.Resource.replace(/:(athena|databrew):(\w+)\.sync$/, ':$1:$2')
    if (state.ItemProcessor) state.ItemProcessor = { ...state.ItemProcessor, ...forMoto(state.ItemProcessor) }
  }
  return { ...machine, States: states }
}

export interface MachineRuns {
  readonly machine: Machine
  readonly runs: readonly ScriptedRun[]
}

/** Runs machines in moto's Step Functions, each once for each of its scripts; their executions in the same order. */
export async function runInMoto(python: string, all: readonly MachineRuns[]): Promise<Execution[][]> {
  const child = spawn(python, [path.join(import.meta.dirname, 'run_moto.py')], { stdio: 'pipe' })
  child.stdin.end(JSON.stringify(all.map(({ machine, runs }) => ({ definition: forMoto(machine), runs }))))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (output.trim() === '') throw new Error(`moto gave no answer: ${errors.slice(-2000)}`)
  return z.array(executions).parse(JSON.parse(output))
}
