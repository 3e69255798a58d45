import type { Names } from '../catalog/names.ts'
import type { Arns } from './arns.ts'

/** What every function that works on the lake is told of its deployment (`lambdas/shared/environment.ts` reads it). */
export const functionEnvironment = (arns: Arns, names: Names, environment: string) => ({
  ENVIRONMENT: environment,
  RAW_BUCKET: names.rawBucket,
  LAKE_BUCKET: names.lakeBucket,
  RAW_DATABASE: names.rawDatabase,
  LAKE_DATABASE: names.lakeDatabase,
  VIEW_DATABASE: names.viewDatabase,
  WORKGROUP: names.workgroup,
  STATE_MACHINE_ARN: arns.nightly,
  OPERATIONS_TOPIC_ARN: arns.topic(names.operationsTopic),
  SQL_DIALECT: 'athena',
  POWERTOOLS_LOG_LEVEL: 'INFO',
})
