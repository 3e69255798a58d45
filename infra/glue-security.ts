import { RemovalPolicy } from 'aws-cdk-lib'
import {
  CloudWatchEncryption,
  JobBookmarksEncryption,
  S3Encryption,
  SecurityConfiguration,
} from 'aws-cdk-lib/aws-glue'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'

/** How Glue encrypts what it writes, for crawler and job alike. */
export class GlueSecurity extends SecurityConfiguration {
  constructor(scope: Construct, id: string, names: Names, key: IKey) {
    super(scope, id, {
      securityConfigurationName: names.glueSecurity,
      cloudWatchEncryption: CloudWatchEncryption.kms(key),
      jobBookmarksEncryption: JobBookmarksEncryption.clientSideKms(key),
      s3Encryption: S3Encryption.s3Managed(),
    })
    // It holds no data, and would stand in the way of the next deployment.
    this.applyRemovalPolicy(RemovalPolicy.DESTROY)
  }
}
