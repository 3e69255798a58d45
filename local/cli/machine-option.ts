import { Option } from 'commander'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { UsageError } from './exit-codes.ts'
import type { Lake } from './open-lake.ts'

export interface MachineOptions {
  /** As `catalog/names.ts` knows it (`backfill`), or its physical name. */
  readonly machine: string
}

export const machineOption = (): Option =>
  new Option('--machine <name>', 'the state machine, for example backfill').default('nightly')

/** The physical name of a machine. */
export function machineNamed({ platform: { names } }: Lake, { machine }: MachineOptions): string {
  const known = Object.entries(names).find(([key, name]) => key === machine && typeof name === 'string')
  return known ? String(known[1]) : machine
}

/** An execution of a machine: the one of that name, or the newest that fits. */
export function executionNamed(
  { executions }: Lake,
  machine: string,
  name: string | undefined,
  fits: (record: ExecutionRecord) => boolean = () => true,
): ExecutionRecord {
  const record = name === undefined ? executions.list(machine).find(fits) : executions.read(machine, name)
  if (record) return record
  const others = executions.machines().filter((other) => other !== machine)
  const hint = others.length > 0 ? `; --machine names another one: ${others.join(', ')}` : ''
  if (name !== undefined)
    throw new UsageError(
      `there is no execution ${name} of ${machine}: "npm run lake -- executions" lists them${hint}`,
    )
  throw new UsageError(
    executions.list(machine).length === 0
      ? `nothing has run yet of ${machine}${hint}`
      : `no execution of ${machine} is one for that: "npm run lake -- executions" lists them${hint}`,
  )
}
