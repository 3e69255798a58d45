import { readFileSync } from 'node:fs'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { RAW } from '../../catalog/layout.ts'
import { configurationOf } from '../../infra/config.ts'
import { addStacks } from '../../infra/synthesize.ts'
import { type Resource, synthesized } from './synthesized.ts'

const CDK_JSON = path.resolve(import.meta.dirname, '../../cdk.json')

let batch: ReturnType<typeof synthesized>
let buckets: [string, Resource][]
beforeAll(() => {
  batch = synthesized('prod')
  buckets = batch.ofType('AWS::S3::Bucket')
})

const bucketNamed = (name: string) => {
  const found = buckets.find(([, { Properties }]) => Properties.BucketName === name)
  if (!found) throw new Error(`no bucket ${name}`)
  return found
}

describe('every bucket', () => {
  test('has the name that users know', () => {
    const { rawBucket, lakeBucket, resultsBucket, logsBucket, backupBucket, failuresBucket } = batch.names
    expect(buckets.map(([, { Properties }]) => Properties.BucketName).sort()).toEqual(
      [rawBucket, lakeBucket, resultsBucket, logsBucket, backupBucket, failuresBucket].sort(),
    )
  })

  test('is encrypted, versioned and closed to the public', () => {
    for (const [, { Properties }] of buckets)
      expect(Properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      })
  })

  test('refuses requests without TLS', () => {
    const policies = batch.ofType('AWS::S3::BucketPolicy')
    expect(policies).toHaveLength(buckets.length)
    for (const [, { Properties }] of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
  })

  test('gives up uploads that nobody ends and versions that nobody misses', () => {
    for (const [, { Properties }] of buckets)
      expect(Properties.LifecycleConfiguration.Rules).toContainEqual(
        expect.objectContaining({
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        }),
      )
  })

  test('but that of the access logs has its access logged', () => {
    const [logs] = bucketNamed(batch.names.logsBucket)
    const logged = buckets.filter(([, { Properties }]) => Properties.LoggingConfiguration)
    expect(logged).toHaveLength(5)
    for (const [, { Properties }] of logged)
      expect(Properties.LoggingConfiguration.DestinationBucketName).toEqual({ Ref: logs })
  })
})

describe('a deployment', () => {
  const deployed = (overrides: { bucketSuffix?: string }) => {
    const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8'))
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } })
    const stack = addStacks(app, 'dev', configurationOf('dev', overrides))
    return JSON.stringify(Template.fromStack(stack).findResources('AWS::S3::Bucket'))
  }

  test("ends its buckets' names with the account, because names are unique in all of AWS", () => {
    expect(deployed({})).toContain('["",["ecommerce-raw-us-east-1-dev-",{"Ref":"AWS::AccountId"}]]')
  })

  test('can have another suffix, or the plain names', () => {
    expect(deployed({ bucketSuffix: '-acme' })).toContain('"ecommerce-raw-us-east-1-dev-acme"')
    expect(deployed({ bucketSuffix: '' })).toContain('"ecommerce-raw-us-east-1-dev"')
  })
})

describe('what is kept', () => {
  test('query results and access logs expire, raw files and the lake do not', () => {
    const expires = (name: string) =>
      bucketNamed(name)[1]
        .Properties.LifecycleConfiguration.Rules.map(
          (rule: { ExpirationInDays?: number }) => rule.ExpirationInDays,
        )
        .find(Boolean)
    expect(expires(batch.names.resultsBucket)).toBe(30)
    expect(expires(batch.names.logsBucket)).toBe(365)
    expect(expires(batch.names.rawBucket)).toBeUndefined()
    expect(expires(batch.names.lakeBucket)).toBeUndefined()
  })

  test('archives, which are read once, move to a cheaper class', () => {
    expect(bucketNamed(batch.names.rawBucket)[1].Properties.LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({
        Prefix: RAW.archives,
        Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
      }),
    )
  })

  test('survives the stack in prod, unless the stack never came to be; in dev it does not', () => {
    const types = ['AWS::S3::Bucket', 'AWS::Glue::Database', 'AWS::Glue::Table', 'AWS::KMS::Key']
    const policies = (of: ReturnType<typeof synthesized>) =>
      types.flatMap((type) => of.ofType(type)).map(([id]) => of.json.Resources[id].DeletionPolicy)
    expect(new Set(policies(batch))).toEqual(new Set(['RetainExceptOnCreate']))
    expect(new Set(policies(synthesized('dev')))).toEqual(new Set(['Delete']))
  })
})

test('what only a stream had has a second copy: S3 replicates it to a bucket of its own', () => {
  const [, raw] = bucketNamed(batch.names.rawBucket)
  expect(raw.Properties.ReplicationConfiguration.Rules).toMatchObject([
    { Status: 'Enabled', Filter: { Prefix: 'ecomm_user_activity_stream/' } },
  ])
})
