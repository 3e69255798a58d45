import { ArnFormat, Duration, Stack } from 'aws-cdk-lib'
import type { Handler } from '../handlers.ts'
import { type RetryPolicy, retries } from '../retries.ts'
import { ServiceTask, type ServiceTaskProps } from '../service-task.ts'
import { type MachineContext, within } from './context.ts'

/** Longer than the longest that Lambda allows, so that the function's own timeout, which names it, comes first. */
const LONGEST = Duration.minutes(16)

interface LambdaTaskProps
  extends Pick<ServiceTaskProps, 'parameters' | 'resultSelector' | 'resultPath' | 'comment'> {
  /** Beside those that every function has. */
  readonly retries?: readonly RetryPolicy[]
}

/**
 * A Task that calls a Lambda function with the parameters, or with the state's whole input where there are none. The state has
 * `execution`, the ARN, wherever a function is called: it stands in each of the function's lines.
 */
export function lambdaTask(
  { scope, names }: MachineContext,
  state: string,
  handler: Handler,
  { parameters, retries: more = [], ...props }: LambdaTaskProps = {},
): ServiceTask {
  const resource = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: names.lambda(handler),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  return new ServiceTask(scope, state, {
    resource,
    allow: [{ actions: ['lambda:InvokeFunction'], resources: [resource] }],
    taskTimeout: within(LONGEST),
    retries: [retries.lambdaService, retries.calledServiceBusy, ...more, retries.timeout],
    ...(parameters && {
      parameters: 'execution.$' in parameters ? parameters : { 'execution.$': '$.execution', ...parameters },
    }),
    ...props,
  })
}
