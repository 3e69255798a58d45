import { type ExecutionListItem, paginateListExecutions } from '@aws-sdk/client-sfn'
import type { MachineKind } from '../../catalog/layout.ts'
import { stepFunctions } from './clients.ts'
import { environment } from './environment.ts'
import { inParallel } from './in-parallel.ts'

/** An execution of one of the lake's machines, as a list of them has it. */
export interface ListedExecution {
  readonly machine: MachineKind
  readonly arn: string
  readonly name: string
  /** When it began to run: where it was redriven, when that was. */
  readonly begunAt: number
}

type Status = 'RUNNING' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/** The ARN of a machine of this deployment, spelled as the one that the environment names. */
export function machineArn(machine: MachineKind): string {
  const { stateMachineArn, names } = environment()
  return stateMachineArn.replace(/[^:]+$/, names[machine])
}

/** Executions with a status; those that began before `since` are left out. */
export async function listExecutions(
  machine: MachineKind,
  statusFilter: Status,
  since = 0,
): Promise<ListedExecution[]> {
  const pages = paginateListExecutions(
    { client: stepFunctions() },
    { stateMachineArn: machineArn(machine), statusFilter },
  )
  const found: ListedExecution[] = []
  for await (const { executions = [] } of pages) {
    const listed = executions.map((item) => asListed(machine, item))
    // All pages: they are in the order of their starts, and one that was redriven has begun long after its start.
    found.push(...listed.filter(({ begunAt }) => begunAt >= since))
  }
  return found
}

/** What runs of these machines before this execution: of two that began in the same millisecond, the lower ARN was first. */
export async function runningBefore(
  execution: string,
  startedAt: string,
  machines: readonly MachineKind[],
): Promise<ListedExecution[]> {
  const running = (await inParallel(machines, 4, (machine) => listExecutions(machine, 'RUNNING'))).flat()
  const itself = running.find(({ arn }) => arn === execution)
  const own = itself?.begunAt ?? Date.parse(startedAt)
  return running.filter(
    ({ arn, begunAt }) => arn !== execution && (begunAt < own || (begunAt === own && arn < execution)),
  )
}

/** `r9 of ecomm-nightly-dev, since 2026-01-02T03:00:00.000Z` */
export const spelled = ({ machine, name, begunAt }: ListedExecution): string =>
  `${name} of ${environment().names[machine]}, since ${new Date(begunAt).toISOString()}`

const asListed = (
  machine: MachineKind,
  { executionArn = '', name = '', startDate, redriveDate }: ExecutionListItem,
): ListedExecution => ({
  machine,
  arn: executionArn,
  name,
  begunAt: (redriveDate ?? startDate)?.getTime() ?? 0,
})
