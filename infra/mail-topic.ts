import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import { acknowledge } from './permissions.ts'

export interface MailTopicProps {
  readonly topicName: string
  readonly displayName: string
  readonly key: IKey
  readonly email: string | undefined
  /** Where else stands what a mail that got lost would have said. */
  readonly alsoIn: string
}

/** Mails to people, from functions and from alarms. Encrypted, and over TLS only. */
export class MailTopic extends Topic {
  constructor(scope: Construct, id: string, props: MailTopicProps) {
    super(scope, id, {
      topicName: props.topicName,
      displayName: props.displayName,
      masterKey: props.key,
      enforceSSL: true,
    })
    this.applyRemovalPolicy(RemovalPolicy.DESTROY)
    // A topic with a policy of its own has lost the one that lets its account's services publish.
    this.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    if (props.email) {
      this.addSubscription(new EmailSubscription(props.email))
      acknowledge(
        this,
        `A mail that a mailbox refuses for hours is of no use in a queue; ${props.alsoIn} says the same.`,
        'Serverless-SNSRedrivePolicy',
      )
    }
  }
}
