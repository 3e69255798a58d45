import { z } from 'zod'
import { runOf } from './run-id.ts'

/** What the first state of a machine gives to its function: the execution, and its input as somebody typed it. */
export const machineStart = z.object({
  execution: z.string(),
  /** The execution's name behind the prefix of its machine. */
  run: z.string().transform(runOf),
  startedAt: z.string(),
  input: z.unknown(),
})
export type MachineStart = z.output<typeof machineStart>

/** Who starts an execution; may stand in every input. */
export const startedBy = {
  /** What Step Functions links a child to its parent by. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  /** As the starter names itself for the audit: `schedule`, a user. */
  startedBy: z.string().max(200).optional(),
}
