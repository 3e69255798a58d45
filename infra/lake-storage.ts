import { Duration } from 'aws-cdk-lib'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { RAW } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import type { Configuration } from './config.ts'
import { acknowledge, acknowledgeWildcards } from './permissions.ts'
import { whenDeleted } from './when-deleted.ts'

/** As cheap as can be read at once. */
const AFTER_A_MONTH = [
  { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
]

export interface LakeStorageProps {
  readonly names: Names
  readonly config: Configuration
}

/**
 * The buckets: what came in and a second copy of what only a stream had, what was made of it, what queries answered, what
 * could not be processed, and who read what.
 */
export class LakeStorage extends Construct {
  readonly raw: Bucket
  readonly lake: Bucket
  readonly results: Bucket
  readonly accessLogs: Bucket
  readonly backup: Bucket
  readonly failures: Bucket

  constructor(scope: Construct, id: string, { names, config }: LakeStorageProps) {
    super(scope, id)
    const { retention } = config
    const secure: BucketProps = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      // Never emptied by a deployment: a stack that is deleted fails on a bucket with objects in it, and says so.
      removalPolicy: whenDeleted(config.keepData),
    }
    const housekeeping = {
      abortIncompleteMultipartUploadAfter: Duration.days(2),
      noncurrentVersionExpiration: Duration.days(retention.noncurrentDays),
      expiredObjectDeleteMarker: true,
    }
    const expiring = (days: number) => [
      { id: 'expire', expiration: Duration.days(days), ...housekeeping, expiredObjectDeleteMarker: false },
    ]

    this.accessLogs = new Bucket(this, 'AccessLogs', {
      ...secure,
      bucketName: names.logsBucket,
      lifecycleRules: expiring(retention.accessLogDays),
    })
    const logged = (prefix: string): BucketProps => ({
      ...secure,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `${prefix}/`,
    })
    this.backup = new Bucket(this, 'Backup', {
      ...logged('backup'),
      bucketName: names.backupBucket,
      lifecycleRules: [{ id: 'hardly-ever-read', ...housekeeping, transitions: AFTER_A_MONTH }],
    })
    this.raw = new Bucket(this, 'Raw', {
      ...logged('raw'),
      bucketName: names.rawBucket,
      // Files can be exported again by whoever sent them; events of a stream cannot.
      replicationRules: [
        { id: 'stream', destination: this.backup, priority: 1, filter: { prefix: RAW.stream } },
      ],
      lifecycleRules: [
        { id: 'housekeeping', ...housekeeping },
        {
          id: 'archives-are-read-once',
          prefix: RAW.archives,
          transitions: AFTER_A_MONTH,
        },
      ],
    })
    this.lake = new Bucket(this, 'Lake', {
      ...logged('lake'),
      bucketName: names.lakeBucket,
      lifecycleRules: [{ id: 'housekeeping', ...housekeeping }],
    })
    this.results = new Bucket(this, 'Results', {
      ...logged('results'),
      bucketName: names.resultsBucket,
      lifecycleRules: expiring(retention.resultsDays),
    })
    acknowledgeWildcards(
      this.raw,
      [this.raw.arnForObjects('*'), this.backup.arnForObjects('*')],
      'S3 replicates whatever Firehose writes; its names are not known before.',
    )
    this.failures = new Bucket(this, 'Failures', {
      ...logged('stream-failures'),
      bucketName: names.failuresBucket,
      lifecycleRules: expiring(retention.failuresDays),
    })
    acknowledge(
      this.accessLogs,
      'It holds the access logs; logging them would log the logging.',
      'AwsSolutions-S1',
    )
  }
}
