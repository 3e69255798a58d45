import type { Duration } from 'aws-cdk-lib'
import { CfnDataset, CfnJob } from 'aws-cdk-lib/aws-databrew'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { LAKE, RAW } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import { arnsOf } from './arns.ts'
import { permit } from './permissions.ts'

/** How many nodes a run of the job has. */
export const PROFILE_NODES = 5

export interface ProfileJobProps {
  readonly names: Names
  /** How long a run may take. */
  readonly timeout: Duration
}

/** DataBrew's profile of raw months; the state machine points the data set at those that changed. */
export class ProfileJob extends Construct {
  constructor(scope: Construct, id: string, { names, timeout }: ProfileJobProps) {
    super(scope, id)
    const arns = arnsOf(this, names)
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('databrew.amazonaws.com') })
    permit(role, [
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [arns.raw.bucket, arns.lake.bucket] },
      {
        actions: ['s3:GetObject'],
        resources: [arns.raw.keys(RAW.uncompressed)],
        wildcard: 'Profiles whatever files the changed months have.',
      },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        resources: [arns.lake.keys(LAKE.profiles)],
        wildcard: 'DataBrew names its profiles after the run.',
      },
      {
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [arns.logGroup('/aws-glue-databrew/*')],
        wildcard: 'DataBrew names and creates its log groups itself.',
      },
    ])
    const dataset = new CfnDataset(this, 'Dataset', {
      name: names.profileDataset,
      format: 'CSV',
      formatOptions: { csv: { delimiter: ',', headerRow: true } },
      input: { s3InputDefinition: { bucket: names.rawBucket, key: RAW.uncompressed } },
    })
    const job = new CfnJob(this, 'Job', {
      name: names.profileJob,
      type: 'PROFILE',
      datasetName: dataset.name,
      roleArn: role.roleArn,
      outputLocation: { bucket: names.lakeBucket, key: LAKE.profiles },
      jobSample: { mode: 'FULL_DATASET' },
      encryptionMode: 'SSE-S3',
      logSubscription: 'ENABLE',
      maxCapacity: PROFILE_NODES,
      maxRetries: 0,
      timeout: timeout.toMinutes(),
      // Nobody reads correlations, and each pair of columns costs.
      profileConfiguration: {
        datasetStatisticsConfiguration: { includedStatistics: ['DUPLICATE_ROWS_COUNT'] },
      },
    })
    job.addResourceDependency(dataset)
    job.node.addDependency(role)
  }
}
