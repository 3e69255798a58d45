import { z } from 'zod'
import { executionArn, executionOfArn, machineArn, machineOfArn, roleArn } from '../executor/arns.ts'
import { toAwsEvent } from '../executor/aws-history.ts'
import type { ExecutionRecord } from '../executor/execution-store.ts'
import { executionStatus } from '../executor/execution-store.ts'
import type { Executions } from '../executor/executions.ts'
import { pageOf as pageWithAnyError } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'
import { asStatesError } from './errors.ts'

const LONGEST_INPUT = 256 * 1024

const paging = {
  maxResults: z.number().int().min(0).max(1000).optional(),
  nextToken: z.string().optional(),
}
const ofExecution = z.object({ executionArn: z.string() })
const ofMachine = z.object({ stateMachineArn: z.string() })

const startInput = ofMachine.extend({
  name: z.string().optional(),
  input: z.string().max(LONGEST_INPUT).optional(),
})
const stopInput = ofExecution.extend({
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
})
const redriveInput = ofExecution.extend({ clientToken: z.string().min(1).max(64).optional() })
const listInput = ofMachine.extend({
  statusFilter: executionStatus.or(z.literal('PENDING_REDRIVE')).optional(),
  // Only the executions of a Map Run can be asked for by it.
  redriveFilter: z.undefined().optional(),
  ...paging,
})
const historyInput = ofExecution.extend({
  reverseOrder: z.boolean().default(false),
  includeExecutionData: z.boolean().default(true),
  ...paging,
})

function machineOf(arn: string): string {
  const machine = machineOfArn(arn)
  if (machine === undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`)
  return machine
}

function executionOf(arn: string): { machine: string; name: string } {
  const execution = executionOfArn(arn)
  if (!execution) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`)
  return execution
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    )
  }
}

const pageOf = <T>(all: readonly T[], token: string | undefined, size = 0) => {
  try {
    return pageWithAnyError(all, token, size || 100)
  } catch {
    throw new AwsError('InvalidToken', `Invalid Token: '${token}'`)
  }
}

const datesOf = ({ startedAt, stoppedAt, redriveCount, redrivenAt }: ExecutionRecord) => ({
  startDate: new Date(startedAt),
  ...(stoppedAt !== null && { stopDate: new Date(stoppedAt) }),
  redriveCount,
  ...(redrivenAt !== null && { redriveDate: new Date(redrivenAt) }),
})

const INCLUDED = { included: true }

function description(executions: Executions, record: ExecutionRecord) {
  const { name, machine, status, input, output, error } = record
  const reason = executions.notRedrivable(record)
  return {
    executionArn: executionArn(executions.account, machine, name),
    stateMachineArn: machineArn(executions.account, machine),
    name,
    status,
    ...datesOf(record),
    input: JSON.stringify(input),
    inputDetails: INCLUDED,
    ...(status === 'SUCCEEDED' && { output: JSON.stringify(output), outputDetails: INCLUDED }),
    // As the service has it: one that ran out of time has no error.
    ...(error && status !== 'TIMED_OUT' && { error: error.name, cause: error.cause }),
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason !== undefined && { redriveStatusReason: reason }),
  }
}

/** Step Functions' API over the executions of this process and this lake. */
export function registerStatesActions(registry: Registry, executions: Executions): void {
  const { account, store } = executions
  const register = <S extends z.ZodType>(
    action: string,
    input: S,
    handler: (input: z.output<S>) => Promise<unknown>,
  ): void =>
    registry.register('states', action, input, (given) =>
      handler(given).catch((error: unknown) => {
        throw asStatesError(error)
      }),
    )
  const described = async (machine: string) => ({
    stateMachineArn: machineArn(account, machine),
    name: machine,
    definition: JSON.stringify(await executions.machine(machine)),
    roleArn: roleArn(account, machine),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  })

  register('startExecution', startInput, async ({ stateMachineArn, name, input = '{}' }) => {
    const { record } = await executions.start({
      machine: machineOf(stateMachineArn),
      name,
      input: parseInput(input),
    })
    return { executionArn: record.arn, startDate: new Date(record.startedAt) }
  })
  register('stopExecution', stopInput, async ({ executionArn, ...request }) => {
    const { machine, name } = executionOf(executionArn)
    const { stoppedAt } = await executions.stop(machine, name, request)
    return { stopDate: new Date(stoppedAt ?? Date.now()) }
  })
  register('redriveExecution', redriveInput, async ({ executionArn, clientToken: token }) => {
    const { at } = await executions.redrive({ ...executionOf(executionArn), token })
    return { redriveDate: new Date(at) }
  })
  register('describeExecution', ofExecution, async ({ executionArn }) => {
    const { machine, name } = executionOf(executionArn)
    return description(executions, executions.find(machine, name))
  })
  register('listExecutions', listInput, async ({ stateMachineArn, statusFilter, maxResults, nextToken }) => {
    const machine = machineOf(stateMachineArn)
    await executions.machine(machine)
    const wanted = store.list(machine).filter(({ status }) => !statusFilter || status === statusFilter)
    const { items, NextToken } = pageOf(wanted, nextToken, maxResults)
    return {
      executions: items.map((record) => ({
        executionArn: record.arn,
        stateMachineArn,
        name: record.name,
        status: record.status,
        ...datesOf(record),
      })),
      ...(NextToken !== undefined && { nextToken: NextToken }),
    }
  })
  register('getExecutionHistory', historyInput, async (input) => {
    const { machine, name } = executionOf(input.executionArn)
    executions.find(machine, name)
    const history = store.history(machine, name)
    const ordered = input.reverseOrder ? history.toReversed() : history
    const { items, NextToken } = pageOf(ordered, input.nextToken, input.maxResults)
    return {
      events: items.map((event) => toAwsEvent(event, input.includeExecutionData)),
      ...(NextToken !== undefined && { nextToken: NextToken }),
    }
  })
  register('describeStateMachine', ofMachine, async ({ stateMachineArn }) => ({
    ...(await described(machineOf(stateMachineArn))),
    status: 'ACTIVE',
    type: 'STANDARD',
    creationDate: executions.deployedAt,
  }))
  register('describeStateMachineForExecution', ofExecution, async ({ executionArn }) => {
    const { machine, name } = executionOf(executionArn)
    const record = executions.find(machine, name)
    return {
      ...(await described(machine)),
      definition: JSON.stringify(store.definition(record) ?? {}),
      updateDate: executions.deployedAt,
    }
  })
  register('listStateMachines', z.object(paging), async ({ maxResults, nextToken }) => {
    const names = (await executions.machineNames()).toSorted()
    const { items, NextToken } = pageOf(names, nextToken, maxResults)
    return {
      stateMachines: items.map((name) => ({
        stateMachineArn: machineArn(account, name),
        name,
        type: 'STANDARD',
        creationDate: executions.deployedAt,
      })),
      ...(NextToken !== undefined && { nextToken: NextToken }),
    }
  })
}
