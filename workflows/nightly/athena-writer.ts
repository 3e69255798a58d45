import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { LAKE } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import type { Allowance } from '../service-task.ts'
import { arnOf } from './context.ts'

/** What Athena needs of its caller to run a mart's CTAS: it reads, writes and registers in the caller's name. */
export function athenaWriter(scope: Construct, names: Names): Allowance[] {
  const bucket = (name: string, keys?: string): string => {
    const arn = `arn:${Stack.of(scope).partition}:s3:::${name}`
    return keys === undefined ? arn : `${arn}/${keys}`
  }
  const results = bucket(names.resultsBucket, `${names.martWorkgroup}/*`)
  return [
    {
      actions: ['athena:StartQueryExecution', 'athena:StopQueryExecution', 'athena:GetQueryExecution'],
      resources: [arnOf(scope, 'athena', 'workgroup', names.martWorkgroup)],
    },
    {
      actions: ['athena:GetDataCatalog'],
      resources: [arnOf(scope, 'athena', 'datacatalog', 'AwsDataCatalog')],
    },
    {
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket(names.lakeBucket), bucket(names.resultsBucket)],
    },
    {
      actions: ['s3:GetObject'],
      resources: [
        bucket(names.lakeBucket, `${LAKE.curated}*`),
        bucket(names.lakeBucket, `${LAKE.marts}*`),
        results,
      ],
    },
    {
      actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [bucket(names.lakeBucket, `${LAKE.marts}*`), results],
    },
    // Athena looks for `default` whatever a query names.
    {
      actions: ['glue:GetDatabase'],
      resources: [arnOf(scope, 'glue', 'catalog'), arnOf(scope, 'glue', 'database', 'default')],
    },
    {
      actions: [
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
        'glue:CreateTable',
      ],
      resources: [
        arnOf(scope, 'glue', 'catalog'),
        arnOf(scope, 'glue', 'database', names.lakeDatabase),
        arnOf(scope, 'glue', 'table', `${names.lakeDatabase}/*`),
      ],
    },
  ]
}
