import { curatedEvents, quarantinedRows } from '../catalog/events.ts'
import { CRAWLED_TABLE, LAKE, RAW } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import type { BatchHandler } from '../workflows/handlers.ts'
import { machinesOf } from '../workflows/machines.ts'
import type { Arns } from './arns.ts'
import type { Permission } from './permissions.ts'

const FILES =
  'Which files, versions and runs there are is known only at night; the prefix is as near as it gets.'
const EXECUTIONS = 'An execution is named when it starts; the state machines are those of this deployment.'
const TABLES = 'Temporary tables of attempts and published views come and go by name within the one database.'

/** What each handler may do, and nothing else. */
export function lambdaPermissions(arns: Arns, names: Names): Record<BatchHandler, readonly Permission[]> {
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
  const publishing = (): Permission[] => [
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
  ]
  const executions = (...machines: string[]): Permission => ({
    actions: ['states:ListExecutions'],
    resources: machines.map((machine) => arns.stateMachine(machine)),
  })
  /** Writes the rows of a run that has ended; what is asked of its own machine's executions. */
  const audit = (...machines: string[]): Permission[] => [
    objects(['s3:PutObject'], arns.lake.keys(LAKE.audit)),
    {
      actions: ['states:DescribeExecution'],
      resources: machines.map((machine) => arns.executions(machine)),
      wildcard: EXECUTIONS,
    },
  ]
  /** To know what somebody still needs: queries, executions, views, files. */
  const needs = (...machines: string[]): Permission[] => [
    list(arns.raw.bucket),
    executions(names.nightly, names.backfill, names.backfillMonth, ...machines),
    {
      actions: ['athena:ListQueryExecutions', 'athena:BatchGetQueryExecution'],
      resources: [names.workgroup, names.martWorkgroup, names.primaryWorkgroup].map(arns.workgroup),
    },
    glue(['glue:GetTables'], names.viewDatabase, ['*']),
  ]

  return {
    'start-night': [
      ...control(read),
      list(arns.raw.bucket),
      objects(read, arns.raw.keys(RAW.uncompressed)),
      executions(names.nightly, names.backfill, names.rollback),
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
      // Headers are read of exports alone.
      objects(read, arns.raw.keys(RAW.uncompressed)),
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
      ...control(read, write),
      glue(['glue:GetTable', 'glue:BatchCreatePartition'], names.lakeDatabase, [curatedEvents.name]),
    ],
    'plan-marts': control(read, write),
    'prepare-mart': [...control(read), glue(['glue:DeleteTable'], names.lakeDatabase, ['*'])],
    'register-mart': [
      objects(write, arns.lake.keys(LAKE.runs)),
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
    'publish-release': publishing(),
    'record-run': [
      ...control(read, write),
      ...audit(names.nightly),
      {
        actions: ['states:GetExecutionHistory'],
        resources: [arns.executions(names.nightly)],
        wildcard: EXECUTIONS,
      },
    ],
    'fail-until-redriven': control(read, write),
    'start-backfill': [...control(read, write), list(arns.raw.bucket), executions(names.backfill)],
    'check-night': [...control(read), executions(names.nightly)],
    'start-month': [...control(read), list(arns.raw.bucket)],
    'finish-month': [...control(read, write), ...audit(names.backfillMonth)],
    'record-backfill': [...control(read, write), ...audit(names.backfill)],
    'start-rollback': [...control(read), executions(names.nightly, names.rollback, names.vacuum)],
    'roll-back': publishing(),
    'release-hold': [{ actions: ['s3:DeleteObject'], resources: [`${arns.lake.bucket}/${LAKE.hold}`] }],
    'record-rollback': [...control(read, write), ...audit(names.rollback)],
    'plan-vacuum': [
      ...control(read, write),
      ...needs(names.vacuum, names.rollback),
      glue(['glue:GetTables'], names.lakeDatabase, ['*']),
    ],
    'mark-releases': control(read, write),
    'remove-versions': [
      ...control(read),
      ...needs(),
      glue(['glue:GetPartitions', 'glue:BatchDeletePartition', 'glue:DeleteTable'], names.lakeDatabase, [
        '*',
      ]),
      objects(
        ['s3:DeleteObject'],
        arns.lake.keys(LAKE.curated),
        arns.lake.keys(LAKE.quarantine),
        arns.lake.keys(LAKE.marts),
      ),
    ],
    'record-vacuum': [...control(read, write), ...audit(names.vacuum)],
    'record-failure': [
      ...control(read, write),
      ...audit(...machinesOf(names)),
      {
        actions: ['states:GetExecutionHistory'],
        resources: machinesOf(names).map((machine) => arns.executions(machine)),
        wildcard: EXECUTIONS,
      },
      { actions: ['sns:Publish'], resources: [arns.topic(names.operationsTopic)] },
    ],
  }
}
