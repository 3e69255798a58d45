import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { NIGHTLY_HANDLERS, type NightlyHandler } from '../workflows/handlers.ts'
import { arnsOf } from './arns.ts'
import { LambdaFunction, type LambdaFunctionProps } from './lambda-function.ts'
import { lambdaPermissions } from './lambda-permissions.ts'

export interface NightlyFunctionsProps {
  readonly names: Names
  readonly environment: string
  readonly logRetention: RetentionDays
  readonly refreshesDashboards: boolean
}

type Sizing = Pick<LambdaFunctionProps, 'memorySize' | 'timeout'>

const WHAT: Record<NightlyHandler, string> = {
  'start-night': 'Validates the input, guards against a second night, finds archives',
  'unpack-archive': 'Streams one archive of the raw zone into CSV',
  'plan-slices': 'Finds the slices that changed and writes their manifests',
  'gate-partition-key': 'Judges the profile: is category_id a sound partition key',
  'reconcile-slice': 'Proves that read = curated + duplicates + quarantined',
  'gate-slice': 'Judges the quality of a curated slice',
  'register-slice': "Adds a slice's partitions to the catalog",
  'plan-marts': 'Finds the marts that are stale, level by level',
  'prepare-mart': "Writes the statement of a mart's next attempt",
  'register-mart': "Adds a mart's partition to the catalog",
  'test-mart': "Runs a mart's data tests",
  'publish-release': 'Replaces the views and moves the current release',
  'record-run': "Writes the night's audit record",
  'record-failure': "Writes a failed night's audit record",
}

/** Archives stream through unpack-archive; header checks and catalog calls run side by side in a few others. */
const SIZES: Partial<Record<NightlyHandler, Sizing>> = {
  'unpack-archive': { memorySize: 2048, timeout: Duration.minutes(15) },
  'plan-slices': { memorySize: 1024, timeout: Duration.minutes(10) },
  'register-slice': { timeout: Duration.minutes(10) },
  'test-mart': { timeout: Duration.minutes(15) },
  'publish-release': { timeout: Duration.minutes(15) },
}

/** The functions that `nightly` calls: one environment, a role each. */
export class NightlyFunctions extends Construct {
  constructor(scope: Construct, id: string, props: NightlyFunctionsProps) {
    super(scope, id)
    const { names } = props
    const arns = arnsOf(this, names)
    const permissions = lambdaPermissions(arns, names)
    const environment = {
      ENVIRONMENT: props.environment,
      RAW_BUCKET: names.rawBucket,
      LAKE_BUCKET: names.lakeBucket,
      RAW_DATABASE: names.rawDatabase,
      LAKE_DATABASE: names.lakeDatabase,
      VIEW_DATABASE: names.viewDatabase,
      WORKGROUP: names.workgroup,
      STATE_MACHINE_ARN: arns.nightly,
      SQL_DIALECT: 'athena',
      REFRESH_DASHBOARDS: String(props.refreshesDashboards),
      POWERTOOLS_LOG_LEVEL: 'INFO',
    }
    for (const handler of NIGHTLY_HANDLERS)
      new LambdaFunction(this, handler, {
        handler,
        functionName: names.lambda(handler),
        description: WHAT[handler],
        environment,
        permissions: permissions[handler],
        logRetention: props.logRetention,
        ...SIZES[handler],
      })
  }
}
