import { ArnFormat, Duration, Stack } from 'aws-cdk-lib'
import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { type MachineContext, within } from './context.ts'

/** Sends what `$.record` says to the operations topic. */
export function notify({ scope, names }: MachineContext, state: string): ServiceTask {
  const topic = Stack.of(scope).formatArn({
    service: 'sns',
    resource: names.operationsTopic,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  })
  return new ServiceTask(scope, state, {
    resource: 'arn:aws:states:::sns:publish',
    parameters: { TopicArn: topic, 'Subject.$': '$.record.subject', 'Message.$': '$.record.message' },
    allow: [{ actions: ['sns:Publish'], resources: [topic] }],
    taskTimeout: within(Duration.minutes(1)),
    retries: [retries.sns, retries.timeout],
    resultPath: JsonPath.DISCARD,
  })
}
