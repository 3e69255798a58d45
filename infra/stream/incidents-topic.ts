import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { MailTopic } from '../mail-topic.ts'

/** Tells of attacks, and of the stream path's own troubles. */
export class IncidentsTopic extends MailTopic {
  constructor(scope: Construct, id: string, props: { names: Names; key: IKey; email: string | undefined }) {
    const { names, key, email } = props
    super(scope, id, {
      topicName: names.incidentsTopic,
      displayName: 'Shop incidents',
      key,
      email,
      alsoIn: 'the incident in the table',
    })
  }
}
