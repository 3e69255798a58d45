import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions'
import type { ServiceTask } from '../service-task.ts'
import type { MachineContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

/** `run`, `what` failed in it, `error`, `cause` and, where it was caught, its name as `caught`; paths end in `.$`. */
type Failure = Readonly<Record<string, string>>

/**
 * Ends the execution with an error, and goes on to what follows when the execution is redriven. A Fail state would only
 * fail again; what follows here tries anew, so that a failure that a task has answered, and not thrown, can be mended too.
 */
export const failUntilRedriven = (night: MachineContext, state: string, failure: Failure): ServiceTask =>
  lambdaTask(night, state, 'fail-until-redriven', { parameters: failure, resultPath: JsonPath.DISCARD })
