import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { LAKE } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import { arnsOf } from './arns.ts'
import { permit } from './permissions.ts'

const PLACES = 'Versions and results are named at night; the prefix is as near as it gets.'

/**
 * The role that QuickSight queries the views as. The account's own role for QuickSight knows nothing of this lake, and
 * whoever opens it to all of Athena opens it to every data source.
 */
export class DashboardReader extends Role {
  constructor(scope: Construct, id: string, names: Names) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('quicksight.amazonaws.com'),
      description: "Runs the dashboards' queries.",
    })
    const arns = arnsOf(this, names)
    const { viewDatabase, lakeDatabase } = names
    permit(this, [
      {
        actions: [
          'athena:GetWorkGroup',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
          'athena:GetQueryExecution',
          'athena:BatchGetQueryExecution',
          'athena:GetQueryResults',
          'athena:GetQueryResultsStream',
        ],
        resources: [arns.workgroup(names.workgroup)],
      },
      {
        actions: [
          'athena:GetDataCatalog',
          'athena:GetDatabase',
          'athena:ListDatabases',
          'athena:GetTableMetadata',
          'athena:ListTableMetadata',
        ],
        resources: [arns.dataCatalog],
      },
      {
        actions: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
        resources: ['*'],
        wildcard: 'What lists resources of an account has no resource of its own.',
      },
      {
        actions: [
          'glue:GetDatabase',
          'glue:GetDatabases',
          'glue:GetTable',
          'glue:GetTables',
          'glue:GetPartition',
          'glue:GetPartitions',
          'glue:BatchGetPartition',
        ],
        resources: [
          arns.catalog,
          arns.defaultDatabase,
          ...[viewDatabase, lakeDatabase].flatMap((name) => [arns.database(name), arns.table(name, '*')]),
        ],
        wildcard: 'Views come with releases, and each reads the table of its mart.',
      },
      {
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [arns.lake.bucket, arns.results.bucket],
      },
      {
        actions: ['s3:GetObject'],
        resources: [arns.lake.keys(LAKE.curated), arns.lake.keys(LAKE.marts)],
        wildcard: PLACES,
      },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: [arns.results.keys(`${names.workgroup}/`)],
        wildcard: PLACES,
      },
    ])
  }
}
