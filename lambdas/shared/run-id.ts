import { type MachineKind, RUN_PREFIXES } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'

/** The run of an execution: its name as it can stand in keys, table versions and SQL (lower case letters, digits, hyphens). */
export const runOf = (executionName: string): string => {
  const run = executionName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return run === '' ? 'run' : run
}

/** The run of an execution of any machine, by its ARN (`…:execution:<machine>:<name>`). */
export function runOfExecution(arn: string, names: Pick<Names, MachineKind>): string {
  const name = arn.split(':').at(-1) ?? ''
  return runOf(`${RUN_PREFIXES[kindOfExecution(arn, names)]}${name}`)
}

/** Which of the machines an execution is of. */
export function kindOfExecution(arn: string, names: Pick<Names, MachineKind>): MachineKind {
  const machine = arn.split(':').at(-2)
  const kinds = Object.keys(RUN_PREFIXES) as MachineKind[]
  return kinds.find((known) => names[known] === machine) ?? 'nightly'
}
