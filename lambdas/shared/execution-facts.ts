import { DescribeExecutionCommand } from '@aws-sdk/client-sfn'
import { z } from 'zod'
import { stepFunctions } from './clients.ts'

/** What Step Functions knows of an execution, as far as the audit has it. */
export interface ExecutionFacts {
  /** ARN: `…:execution:<machine>:<name>`. */
  readonly execution: string
  readonly startedAt: Date
  /** Missing while it runs. */
  readonly endedAt?: Date | undefined
  /** JSON as somebody typed it; null where it was too long for an event. */
  readonly input: string | null
  readonly redrives: number
}

/** Asks Step Functions; of an execution that runs too: a run's last step is part of it. */
export async function describeExecution(executionArn: string): Promise<ExecutionFacts> {
  const described = await stepFunctions().send(new DescribeExecutionCommand({ executionArn }))
  return {
    execution: executionArn,
    startedAt: described.startDate ?? new Date(),
    endedAt: described.stopDate,
    input: described.input ?? null,
    redrives: described.redriveCount ?? 0,
  }
}

/** The machine and the name in an execution's ARN. */
export function partsOfExecution(execution: string): { machine: string; name: string } {
  const [machine = '', name = ''] = execution.split(':').slice(-2)
  return { machine, name }
}

const starter = z.object({
  startedBy: z.string().optional().catch(undefined),
  /** What Step Functions links a child to its parent by. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional().catch(undefined),
})

/**
 * Who started an execution, as its input says. Step Functions doesn't tell: DescribeExecution has no caller, only CloudTrail's
 * StartExecution has. So the schedule and the command line name themselves, and null is honest for the others.
 */
export function startedByOf(input: string | null): string | null {
  const said = starter.safeParse(jsonOf(input))
  return said.data?.startedBy ?? said.data?.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID ?? null
}

const jsonOf = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
