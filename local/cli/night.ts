import type { ExecutionRecord } from '../executor/execution-store.ts'
import type { StartOptions } from '../executor/executions.ts'
import type { Lake } from './open-lake.ts'
import { runMachine } from './run-machine.ts'

/** Runs `nightly` on an open lake. */
export const runNight = (lake: Lake, options: Omit<StartOptions, 'machine'>): Promise<ExecutionRecord> =>
  runMachine(lake, { ...options, machine: lake.platform.names.nightly })
