import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { whenDeleted } from '../when-deleted.ts'

/** The key of messages about attacks, which name users. AWS's own key for SNS lets no alarm publish. */
export class StreamKey extends Key {
  constructor(scope: Construct, id: string, names: Names, keep: boolean) {
    super(scope, id, {
      alias: names.incidentsTopic,
      description: 'Messages about attacks',
      enableKeyRotation: true,
      removalPolicy: whenDeleted(keep),
    })
    // Without condition: an alarm that may not use the key is lost without a word.
    this.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'))
  }

  /** What a role needs to use it, without the wildcards of CDK's own grants. */
  usage(): PolicyStatement {
    return new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [this.keyArn] })
  }
}
