import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import type { Sizing as JobSizing } from '../cost/sizing.ts'
import { type BatchHandler, END_HANDLERS, HANDLERS } from '../workflows/handlers.ts'
import { arnsOf } from './arns.ts'
import type { Configuration } from './config.ts'
import { functionEnvironment } from './function-environment.ts'
import { LambdaFunction, type LambdaFunctionProps } from './lambda-function.ts'
import { lambdaPermissions } from './lambda-permissions.ts'

export interface NightlyFunctionsProps {
  readonly names: Names
  readonly environment: string
  readonly logRetention: RetentionDays
  readonly refreshesDashboards: boolean
  readonly quality: Configuration['quality']
  /** With what the jobs work. */
  readonly sizing: JobSizing
  readonly vacuum: Configuration['vacuum']
  /** Takes the events that the handlers of ends could not work off. */
  readonly endsDeadLetters: IQueue
}

type Sizing = Pick<LambdaFunctionProps, 'memorySize' | 'timeout'>

const WHAT: Record<BatchHandler, string> = {
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
  'fail-until-redriven': 'Ends an execution whose service failed; lets a redriven one go on',
  'start-backfill': 'Validates the range, guards against a second backfill, finds its months',
  'check-night': 'Tells a backfill whether a night runs, or publication is held',
  'start-month': 'Begins one month of a backfill, finds its archives',
  'finish-month': "Writes the audit record of a backfill's month",
  'record-backfill': "Writes a backfill's record",
  'start-rollback': 'Makes sure that a release can be shown again',
  'roll-back': 'Holds publication, puts the views back, moves the current release',
  'release-hold': 'Lets nights publish again',
  'record-rollback': "Writes a rollback's audit record",
  'plan-vacuum': 'Finds the versions that nobody needs',
  'mark-releases': 'Marks the releases that lose a version',
  'remove-versions': 'Removes partitions and files of versions that nobody needs',
  'record-vacuum': 'Writes what a vacuum has removed',
  'record-failure': 'Records and tells of an execution that ended badly',
}

/** Archives stream through unpack-archive; header checks and catalog calls run side by side in a few others. */
const SIZES: Partial<Record<BatchHandler, Sizing>> = {
  'unpack-archive': { memorySize: 2048, timeout: Duration.minutes(15) },
  'plan-slices': { memorySize: 1024, timeout: Duration.minutes(10) },
  'register-slice': { timeout: Duration.minutes(10) },
  'test-mart': { timeout: Duration.minutes(15) },
  'publish-release': { timeout: Duration.minutes(15) },
  'roll-back': { timeout: Duration.minutes(15) },
  'plan-vacuum': { memorySize: 1024, timeout: Duration.minutes(15) },
  'mark-releases': { timeout: Duration.minutes(15) },
  'remove-versions': { memorySize: 1024, timeout: Duration.minutes(15) },
}

const END_ONES: readonly BatchHandler[] = END_HANDLERS

/** The functions of the platform: one environment, a role each. */
export class NightlyFunctions extends Construct {
  readonly #functions = new Map<BatchHandler, LambdaFunction>()

  constructor(scope: Construct, id: string, props: NightlyFunctionsProps) {
    super(scope, id)
    const { names } = props
    const arns = arnsOf(this, names)
    const permissions = lambdaPermissions(arns, names)
    const environment = {
      ...functionEnvironment(arns, names, props.environment),
      REFRESH_DASHBOARDS: String(props.refreshesDashboards),
      QUALITY: JSON.stringify(props.quality),
      SIZING: JSON.stringify(props.sizing),
      VACUUM_GRACE_HOURS: String(props.vacuum.graceHours),
      VACUUM_UNPUBLISHED_DAYS: String(props.vacuum.unpublishedDays),
    }
    for (const handler of HANDLERS) {
      const made = new LambdaFunction(this, handler, {
        handler,
        functionName: names.lambda(handler),
        description: WHAT[handler],
        environment,
        permissions: permissions[handler],
        logRetention: props.logRetention,
        ...SIZES[handler],
        ...(END_ONES.includes(handler) && { deadLetters: props.endsDeadLetters }),
      })
      this.#functions.set(handler, made)
    }
  }

  of(handler: BatchHandler): LambdaFunction {
    const found = this.#functions.get(handler)
    if (!found) throw new Error(`there is no function of ${handler}`)
    return found
  }
}
