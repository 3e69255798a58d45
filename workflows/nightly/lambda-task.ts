import { ArnFormat, Duration, Stack } from 'aws-cdk-lib'
import type { NightlyHandler } from '../handlers.ts'
import { retries } from '../retries.ts'
import { ServiceTask, type ServiceTaskProps } from '../service-task.ts'
import { type NightContext, within } from './context.ts'

/** Longer than the longest that Lambda allows, so that the function's own timeout, which names it, comes first. */
const LONGEST = Duration.minutes(16)

/** A Task that calls a Lambda function with the parameters, or with the state's whole input where there are none. */
export function lambdaTask(
  { scope, names }: NightContext,
  state: string,
  handler: NightlyHandler,
  props: Pick<ServiceTaskProps, 'parameters' | 'resultSelector' | 'resultPath' | 'comment'> = {},
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
    retries: [retries.lambdaService, retries.calledServiceBusy, retries.timeout],
    ...props,
  })
}
