import type { ExecutionRecord } from '../executor/execution-store.ts'
import type { StartOptions } from '../executor/executions.ts'
import type { Lake } from './open-lake.ts'

/** Runs a state machine on an open lake to its end; `machine` is its name as `catalog/names.ts` spells it. */
export async function runMachine(lake: Lake, options: StartOptions): Promise<ExecutionRecord> {
  const { ended } = await lake.states.start(options)
  return ended
}
