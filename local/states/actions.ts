import { z } from 'zod'
import { pageOf } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const

export interface IndexedExecution {
  readonly name: string
  readonly arn: string
  readonly status: (typeof STATUSES)[number]
  readonly startedAt: string
  readonly stoppedAt: string | null
}

/** Where the executions of a state machine are known; the newest comes first. */
export interface ExecutionIndex {
  list(machine: string): readonly IndexedExecution[]
}

const listInput = z.object({
  stateMachineArn: z.string(),
  statusFilter: z.enum(STATUSES).optional(),
  maxResults: z.number().int().min(0).max(1000).optional(),
  nextToken: z.string().optional(),
})

/** What Lambdas ask Step Functions for: which executions there are. */
export const registerStatesActions = (registry: Registry, index: ExecutionIndex): void => {
  registry.register('states', 'listExecutions', listInput, async (input) => {
    const { stateMachineArn, statusFilter, maxResults, nextToken } = input
    const [, machine] =
      /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([\w-]+)$/.exec(stateMachineArn) ?? []
    if (machine === undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${stateMachineArn}'`)
    const wanted = index.list(machine).filter(({ status }) => !statusFilter || status === statusFilter)
    const { items, NextToken } = pageOf(wanted, nextToken, maxResults || 100)
    return {
      executions: items.map(({ name, arn, status, startedAt, stoppedAt }) => ({
        executionArn: arn,
        stateMachineArn,
        name,
        status,
        startDate: new Date(startedAt),
        ...(stoppedAt === null ? {} : { stopDate: new Date(stoppedAt) }),
      })),
      ...(NextToken === undefined ? {} : { nextToken: NextToken }),
    }
  })
}
