import type { Machine } from '../../../local/executor/definition.ts'
import { type Answers, NamedError, runNightly } from '../../infra/run-nightly.ts'
import type { Execution, Script, ScriptedRun } from './moto.ts'

/** Runs the machine in the executor of this platform, with the script's answers. */
export async function runInOurs(machine: Machine, { input, answers }: ScriptedRun): Promise<Execution> {
  const calls: Record<string, number> = {}
  const answer = (state: string, script: Script[string]) => () => {
    const found = script[Math.min(calls[state] ?? 1, script.length) - 1]
    if (found && 'error' in found) throw new NamedError(found.error)
    return structuredClone(found?.value)
  }
  const handlers: Answers = Object.fromEntries(
    Object.entries(answers).map(([state, script]) => [state, () => answer(state, script)()]),
  )
  const counted = new Proxy(handlers, {
    get: (all, state: string) => (given: unknown) => {
      calls[state] = (calls[state] ?? 0) + 1
      return all[state]?.(given)
    },
  })
  const { visited, output, error } = await runNightly(machine, counted, input)
  return { status: error ? 'FAILED' : 'SUCCEEDED', visited, calls, output, error: error?.name ?? null }
}
