import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { acknowledge } from './permissions.ts'

/** Keeps for two weeks what a service could not deliver. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, queueName: string) {
    super(scope, id, {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    acknowledge(
      this,
      'It is the dead-letter queue, of a service and not of a queue.',
      'AwsSolutions-SQS3',
      'Serverless-SQSRedrivePolicy',
    )
  }
}
