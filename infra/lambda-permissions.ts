import { curatedEvents, quarantinedRows } from '../catalog/events.ts'
import { CRAWLED_TABLE, LAKE, RAW } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import type { NightlyHandler } from '../workflows/handlers.ts'
import type { Arns } from './arns.ts'
import type { Permission } from './permissions.ts'

const FILES =
  'Which files, versions and runs there are is known only at night; the prefix is as near as it gets.'
const TABLES = 'Temporary tables of attempts and published views come and go by name within the one database.'

/** What each handler may do, and nothing else. */
export function lambdaPermissions(arns: Arns, names: Names): Record<NightlyHandler, readonly Permission[]> {
  // Without the right to list, S3 answers 403 for a document that is not there.
  const list = (...buckets: string[]): Permission => ({ actions: ['s3:ListBucket'], resources: buckets })
  const objects = (actions: readonly string[], ...resources: string[]): Permission => ({
    actions,
    resources,
    wildcard: FILES,
  })
  const read = ['s3:GetObject'] as const
  const write = ['s3:PutObject', 's3:AbortMultipartUpload'] as const
  const control = (...verbs: readonly (typeof read | typeof write)[]): Permission[] => [
    list(arns.lake.bucket),
    objects(verbs.flat(), arns.lake.keys(LAKE.control)),
  ]
  const glue = (actions: readonly string[], database: string, tables: readonly string[]): Permission => ({
    actions,
    resources: [arns.catalog, arns.database(database), ...tables.map((table) => arns.table(database, table))],
    ...(tables.some((table) => table.includes('*')) && { wildcard: TABLES }),
  })
  const lookup = [
    'glue:GetDatabase',
    'glue:GetTable',
    'glue:GetTables',
    'glue:GetPartition',
    'glue:GetPartitions',
    'glue:BatchGetPartition',
  ]
  /** Athena reads catalog, data and results in its caller's name. */
  const queries = (): Permission[] => [
    {
      actions: ['athena:StartQueryExecution', 'athena:StopQueryExecution', 'athena:GetQueryExecution'],
      resources: [arns.workgroup(names.workgroup)],
    },
    { actions: ['athena:GetDataCatalog'], resources: [arns.dataCatalog] },
    {
      actions: ['s3:GetBucketLocation', 's3:ListBucket'],
      resources: [arns.lake.bucket, arns.results.bucket],
    },
    objects(['s3:GetObject'], arns.lake.keys(LAKE.curated), arns.lake.keys(LAKE.marts)),
    objects(
      ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      arns.results.keys(`${names.workgroup}/`),
    ),
    glue(lookup, names.lakeDatabase, ['*']),
    { actions: ['glue:GetDatabase'], resources: [arns.catalog, arns.defaultDatabase] },
  ]

  return {
    'start-night': [
      ...control(read),
      list(arns.raw.bucket),
      objects(read, arns.raw.keys(RAW.uncompressed)),
      { actions: ['states:ListExecutions'], resources: [arns.nightly] },
    ],
    'unpack-archive': [
      ...control(read, write),
      list(arns.raw.bucket),
      objects(read, arns.raw.keys(RAW.archives), arns.raw.keys(RAW.uncompressed)),
      objects(write, arns.raw.keys(RAW.uncompressed)),
    ],
    'plan-slices': [
      ...control(read, write),
      list(arns.raw.bucket),
      objects(read, arns.raw.keys(RAW.uncompressed), arns.raw.keys(RAW.stream)),
    ],
    'gate-partition-key': [
      ...control(read, write),
      objects(read, arns.lake.keys(LAKE.profiles)),
      glue(['glue:GetTable'], names.rawDatabase, [CRAWLED_TABLE]),
    ],
    'reconcile-slice': control(read, write),
    'gate-slice': [
      ...control(read, write),
      glue(['glue:GetTable', 'glue:BatchCreatePartition'], names.lakeDatabase, [quarantinedRows.name]),
    ],
    'register-slice': [
      ...control(read),
      glue(['glue:GetTable', 'glue:BatchCreatePartition'], names.lakeDatabase, [curatedEvents.name]),
    ],
    'plan-marts': control(read, write),
    'prepare-mart': [...control(read), glue(['glue:DeleteTable'], names.lakeDatabase, ['*'])],
    'register-mart': [
      glue(
        ['glue:GetTable', 'glue:CreatePartition', 'glue:UpdatePartition', 'glue:DeleteTable'],
        names.lakeDatabase,
        ['*'],
      ),
    ],
    'test-mart': [
      ...control(read, write),
      ...queries(),
      { actions: ['athena:GetQueryResults'], resources: [arns.workgroup(names.workgroup)] },
    ],
    'publish-release': [
      ...control(read, write),
      ...queries(),
      glue(
        [
          'glue:GetDatabase',
          'glue:GetTable',
          'glue:GetTables',
          'glue:CreateTable',
          'glue:UpdateTable',
          'glue:DeleteTable',
        ],
        names.viewDatabase,
        ['*'],
      ),
    ],
    'record-run': control(read, write),
    'record-failure': control(read, write),
  }
}
