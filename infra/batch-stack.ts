import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { namesOf } from '../catalog/names.ts'
import { Nightly } from '../workflows/nightly.ts'
import type { Configuration } from './config.ts'
import { CurateJob } from './curate-job.ts'
import { Dashboards } from './dashboards.ts'
import { EncryptionKey } from './encryption-key.ts'
import { GlueSecurity } from './glue-security.ts'
import { LakeCatalog } from './lake-catalog.ts'
import { LakeStorage } from './lake-storage.ts'
import { acknowledgeNightly } from './nightly-acknowledgements.ts'
import { NightlyFunctions } from './nightly-functions.ts'
import { NightlySchedule } from './nightly-schedule.ts'
import { OperationsTopic } from './operations-topic.ts'
import { ProfileJob } from './profile-job.ts'
import { QueryWorkgroup } from './query-workgroup.ts'
import { RawCrawler } from './raw-crawler.ts'

const PROFILE_TIMEOUT = Duration.hours(2)

export interface BatchStackProps extends StackProps {
  readonly environment: string
  readonly config: Configuration
}

/** The batch side of one environment: from raw files to published views, every night. */
export class BatchStack extends Stack {
  constructor(scope: Construct, id: string, { environment, config, ...props }: BatchStackProps) {
    super(scope, id, props)
    const { region, bucketSuffix = `-${Aws.ACCOUNT_ID}` } = config
    const names = namesOf({ environment, region, bucketSuffix })
    const logRetention = config.retention.logs

    const key = new EncryptionKey(this, 'Key', names, config.keepData)
    const storage = new LakeStorage(this, 'Storage', { names, config })
    const catalog = new LakeCatalog(this, 'Catalog', { names, lake: storage.lake, keep: config.keepData })
    const security = new GlueSecurity(this, 'GlueSecurity', names, key)
    const crawler = new RawCrawler(this, 'RawCrawler', { names, database: catalog.raw, key, security })
    const profile = new ProfileJob(this, 'ProfileJob', { names, timeout: PROFILE_TIMEOUT })
    new CurateJob(this, 'CurateJob', { names, glue: config.glue, key, security })
    const workgroup = new QueryWorkgroup(this, 'Workgroup', {
      names,
      scanLimitGiB: config.athenaScanLimitGiB,
      deleteWithQueries: !config.keepData,
    })
    // They know the buckets by name alone, and their services may look for them.
    for (const user of [crawler, profile, workgroup]) user.node.addDependency(storage)

    const topic = new OperationsTopic(this, 'Operations', { names, key, email: config.alertEmail })
    const dashboardOwner = config.quicksightPrincipalArn
    if (dashboardOwner) {
      const dashboards = new Dashboards(this, 'Dashboards', { names, owner: dashboardOwner })
      // QuickSight tries a data source when it is made, by a query in the workgroup.
      dashboards.node.addDependency(storage, catalog, workgroup)
    }
    new NightlyFunctions(this, 'Functions', {
      names,
      environment,
      logRetention,
      refreshesDashboards: dashboardOwner !== undefined,
    })

    const { stateMachine } = new Nightly(this, 'Nightly', {
      names,
      curateConcurrency: config.curateConcurrency,
      martConcurrency: config.martConcurrency,
      curateTimeout: Duration.minutes(config.glue.timeoutMinutes),
      profileTimeout: PROFILE_TIMEOUT,
      timeout: Duration.hours(12),
      logRetention,
    })
    stateMachine.addToRolePolicy(key.usage())
    acknowledgeNightly(stateMachine, names)
    topic.tellOfUncaughtEnds(stateMachine)
    const { deadLetters } = new NightlySchedule(this, 'Schedule', {
      names,
      schedule: config.schedule,
      stateMachine,
    })
    topic.tellOfMissedStarts(deadLetters)
  }
}
