import { Stack } from 'aws-cdk-lib'
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct, IConstruct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { acknowledgeWildcards } from './permissions.ts'
import { whenDeleted } from './when-deleted.ts'

const USAGE = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey']

/**
 * The key of what S3's own encryption does not cover: Glue's logs and bookmarks, and messages to the operators (AWS's key
 * for SNS lets no alarm publish).
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, names: Names, keep: boolean) {
    super(scope, id, {
      alias: names.workgroup,
      description: "Glue's logs and bookmarks, messages to the operators",
      enableKeyRotation: true,
      removalPolicy: whenDeleted(keep),
    })
    const { partition, region, account } = Stack.of(this)
    this.grantEncryptDecrypt(
      new ServicePrincipal(`logs.${region}.amazonaws.com`, {
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/*`,
          },
        },
      }),
    )
    // Alarms. Without condition: an alarm that may not use the key is lost without a word.
    this.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'))
  }

  /** What a role needs to use it, without the wildcards (`kms:GenerateDataKey*`) of CDK's own grants. */
  usage(): PolicyStatement {
    return new PolicyStatement({ actions: USAGE, resources: [this.keyArn] })
  }
}

/** The same for a role of another stack, which knows the key by its alias alone: IAM has aliases in conditions only. */
export function permitKeyUsage(role: IRole & IConstruct, { workgroup }: Names): void {
  const keys = Stack.of(role).formatArn({ service: 'kms', resource: 'key', resourceName: '*' })
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: USAGE,
      resources: [keys],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${workgroup}` } },
    }),
  )
  acknowledgeWildcards(
    role,
    [keys],
    'The condition names the one key by its alias; a policy can name a key by its id alone, which the other stack has.',
  )
}
