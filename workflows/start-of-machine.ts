import type { MachineKind } from '../catalog/layout.ts'
import { RUN_PREFIXES } from '../catalog/layout.ts'
import type { Handler } from './handlers.ts'
import type { MachineContext } from './nightly/context.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import type { ServiceTask } from './service-task.ts'

/** The first state of a machine: gives the execution and its input to a function, and goes on with what that answers. */
export const startOfMachine = (
  machine: MachineContext,
  kind: MachineKind,
  state: string,
  handler: Handler,
  comment: string,
): ServiceTask =>
  lambdaTask(machine, state, handler, {
    comment,
    parameters: {
      'execution.$': '$$.Execution.Id',
      'run.$': `States.Format('${RUN_PREFIXES[kind]}{}', $$.Execution.Name)`,
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$',
    },
  })
