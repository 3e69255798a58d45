import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { acknowledge } from '../permissions.ts'

/** Tells of attacks, and of the stream path's own troubles. Encrypted, and over TLS only. */
export class IncidentsTopic extends Topic {
  constructor(scope: Construct, id: string, props: { names: Names; key: IKey; email: string | undefined }) {
    super(scope, id, {
      topicName: props.names.incidentsTopic,
      displayName: 'Shop incidents',
      masterKey: props.key,
      enforceSSL: true,
    })
    this.applyRemovalPolicy(RemovalPolicy.DESTROY)
    this.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    if (props.email) {
      this.addSubscription(new EmailSubscription(props.email))
      acknowledge(
        this,
        'A mail that a mailbox refuses for hours is of no use in a queue; the incident in the table says the same.',
        'Serverless-SNSRedrivePolicy',
      )
    }
  }
}
