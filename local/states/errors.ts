import { ExecutionExistsError, ExecutionNameError } from '../executor/execution-store.ts'
import {
  NotRedrivableError,
  UnknownExecutionError,
  UnknownMachineError,
} from '../executor/executions-errors.ts'
import { AwsError } from '../registry.ts'

const OWN = [
  ExecutionExistsError,
  ExecutionNameError,
  NotRedrivableError,
  UnknownExecutionError,
  UnknownMachineError,
]

/** The executor's errors under AWS's names, which they bear already; anything else as it is. */
export const asStatesError = (error: unknown): unknown =>
  OWN.some((known) => error instanceof known)
    ? new AwsError((error as Error).name, (error as Error).message)
    : error
