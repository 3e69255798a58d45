import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Duration, Stack } from 'aws-cdk-lib'
import { Code, GlueVersion, PySparkEtlJob } from 'aws-cdk-lib/aws-glue'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { Construct } from 'constructs'
import { LAKE, RAW } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import { statementsFile } from '../glue-jobs/statements.ts'

import { arnsOf } from './arns.ts'
import type { Configuration } from './config.ts'
import type { EncryptionKey } from './encryption-key.ts'
import { glueLogging } from './glue-logging.ts'
import type { GlueSecurity } from './glue-security.ts'
import { acknowledge, permit } from './permissions.ts'

const SCRIPT = path.resolve(import.meta.dirname, '../glue-jobs/curate.py')
const FILES = "A slice's files and versions are known only at night; the prefix is as near as it gets."

export interface CurateJobProps {
  readonly names: Names
  readonly glue: Configuration['glue']
  readonly key: EncryptionKey
  readonly security: GlueSecurity
}

/** The Glue job that curates one slice: plain PySpark that executes the statements of the typed query. */
export class CurateJob extends Construct {
  constructor(scope: Construct, id: string, { names, glue, key, security }: CurateJobProps) {
    super(scope, id)
    const script = new Asset(this, 'Script', { path: SCRIPT })
    const statements = this.#statements()
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('glue.amazonaws.com') })
    const arns = arnsOf(this, names)
    role.addToPolicy(key.usage())
    permit(role, [
      {
        // Not to list the bucket: the job opens exactly these.
        actions: ['s3:GetObject'],
        resources: [script, statements].map(({ bucket, s3ObjectKey }) => bucket.arnForObjects(s3ObjectKey)),
      },
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [arns.raw.bucket, arns.lake.bucket] },
      { actions: ['s3:ListBucketMultipartUploads'], resources: [arns.lake.bucket] },
      {
        actions: ['s3:GetObject'],
        resources: [arns.raw.keys(RAW.uncompressed), arns.raw.keys(RAW.stream), arns.lake.keys(LAKE.runs)],
        wildcard: FILES,
      },
      {
        actions: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: [arns.lake.keys(LAKE.curated), arns.lake.keys(LAKE.quarantine)],
        wildcard: FILES,
      },
      { actions: ['s3:PutObject'], resources: [arns.lake.keys(LAKE.runs)], wildcard: FILES },
      {
        actions: ['glue:GetSecurityConfiguration'],
        resources: ['*'],
        wildcard: 'Security configurations have no ARN of their own.',
      },
      ...glueLogging(arns),
    ])
    role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
      }),
    )
    acknowledge(
      role,
      'CloudWatch metrics have no ARN; the condition holds it to its namespace.',
      'AwsSolutions-IAM5[Resource::*]',
    )

    new PySparkEtlJob(this, 'Job', {
      jobName: names.curateJob,
      description: 'Curates one slice: parses, rejects with reasons, removes exact duplicates.',
      // What CDK would add by itself (s3:GetObject*, s3:List*) is wider than what is granted above.
      role: role.withoutPolicyUpdates(),
      script: Code.fromBucket(script.bucket, script.s3ObjectKey),
      glueVersion: GlueVersion.V5_1,
      workerConfiguration: { workerType: glue.workerType, numberOfWorkers: glue.workers },
      maxConcurrentRuns: glue.maxConcurrentRuns,
      timeout: Duration.minutes(glue.timeoutMinutes),
      // Retries are the state machine's, by class of error.
      maxRetries: 0,
      securityConfiguration: security,
      continuousLogging: { enabled: true },
      enableMetrics: true,
      enableObservabilityMetrics: true,
      defaultArguments: {
        '--statements': statements.s3ObjectUrl,
        // S3A would ask each bucket for its region, through an address in another region.
        '--conf': `spark.hadoop.fs.s3a.endpoint.region=${Stack.of(this).region}`,
        '--enable-job-insights': 'true',
        '--enable-auto-scaling': 'true',
      },
    }).node.addDependency(role)
  }

  /** The Spark form of the curation query, generated anew with each synthesis so that it can't lag behind its source. */
  #statements(): Asset {
    const folder = mkdtempSync(path.join(tmpdir(), 'curate-statements-'))
    try {
      const file = path.join(folder, 'statements.json')
      writeFileSync(file, statementsFile())
      return new Asset(this, 'Statements', { path: file })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
