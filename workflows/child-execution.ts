import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib'
import { arnOf, type MachineContext, within } from './nightly/context.ts'
import { retries } from './retries.ts'
import { ServiceTask, type ServiceTaskProps } from './service-task.ts'

export interface ChildExecutionProps
  extends Pick<ServiceTaskProps, 'resultSelector' | 'resultPath' | 'outputPath' | 'comment'> {
  /** The name of the state machine of which an execution is started. */
  readonly machine: string
  /** Its input, `name.$` for paths. */
  readonly input: Readonly<Record<string, unknown>>
  /** Path of this execution's ARN, by which the console links the two. */
  readonly startedBy: string
  /** Longer than the child's own. */
  readonly timeout: Duration
}

/**
 * Starts an execution of another machine and waits for its end. It has no name of its own: a redrive starts this state
 * again, and a name could be used only once. What the child did not come to do, the new one finds left to do.
 */
export function childExecution(
  parent: MachineContext,
  state: string,
  props: ChildExecutionProps,
): ServiceTask {
  const { machine, input, startedBy, timeout, ...rest } = props
  const arn = (resource: string, resourceName: string) =>
    Stack.of(parent.scope).formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  return new ServiceTask(parent.scope, state, {
    ...rest,
    resource: 'arn:aws:states:::states:startExecution.sync:2',
    parameters: {
      StateMachineArn: arn('stateMachine', machine),
      Input: { ...input, 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': startedBy },
    },
    allow: [
      { actions: ['states:StartExecution'], resources: [arn('stateMachine', machine)] },
      {
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [arn('execution', `${machine}:*`)],
      },
      // Step Functions is told of the child's end by a rule of its own, which it keeps in the caller's name.
      {
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          arnOf(parent.scope, 'events', 'rule', 'StepFunctionsGetEventsForStepFunctionsExecutionRule'),
        ],
      },
    ],
    taskTimeout: within(timeout),
    retries: [retries.stepFunctions],
  })
}
