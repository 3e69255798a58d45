import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { namesOf } from '../catalog/names.ts'
import { machinesOf } from '../workflows/machines.ts'
import { Nightly } from '../workflows/nightly.ts'
import type { Configuration } from './config.ts'
import { CurateJob } from './curate-job.ts'
import { Dashboards } from './dashboards.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'
import { EncryptionKey } from './encryption-key.ts'
import { ExecutionEnds } from './execution-ends.ts'
import { GlueSecurity } from './glue-security.ts'
import { LakeCatalog } from './lake-catalog.ts'
import { LakeStorage } from './lake-storage.ts'
import { MachineSchedule } from './machine-schedule.ts'
import { Maintenance } from './maintenance.ts'
import { acknowledgeNightly } from './nightly-acknowledgements.ts'
import { NightlyFunctions } from './nightly-functions.ts'
import { OperationsTopic } from './operations-topic.ts'
import { PROFILE_NODES, ProfileJob } from './profile-job.ts'
import { QueryWorkgroup } from './query-workgroup.ts'
import { RawCrawler } from './raw-crawler.ts'
import { SilenceAlarm } from './silence-alarm.ts'

const PROFILE_TIMEOUT = Duration.hours(2)
const NIGHT_TIMEOUT = Duration.hours(12)

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
    const endsDeadLetters = new DeadLetterQueue(this, 'EndsDeadLetters', names.endsDeadLetters)
    const functions = new NightlyFunctions(this, 'Functions', {
      names,
      environment,
      logRetention,
      refreshesDashboards: dashboardOwner !== undefined,
      quality: config.quality,
      sizing: {
        workerType: `${config.glue.workerType}`,
        workers: config.glue.workers,
        profileNodes: PROFILE_NODES,
      },
      vacuum: config.vacuum,
      endsDeadLetters,
    })

    const curateTimeout = Duration.minutes(config.glue.timeoutMinutes)
    const { stateMachine } = new Nightly(this, 'Nightly', {
      names,
      curateConcurrency: config.curateConcurrency,
      martConcurrency: config.martConcurrency,
      curateTimeout,
      profileTimeout: PROFILE_TIMEOUT,
      timeout: NIGHT_TIMEOUT,
      logRetention,
    })
    stateMachine.addToRolePolicy(key.usage())
    acknowledgeNightly(stateMachine, names)
    const { deadLetters, group } = new MachineSchedule(this, 'Schedule', {
      names,
      name: names.nightly,
      description: 'Starts the nightly state machine.',
      deadLetters: names.nightlyDeadLetters,
      schedule: config.schedule,
      stateMachine,
    })
    topic.tellOfDeadLetters(
      'MissedStarts',
      deadLetters,
      'The schedule could not start a night; the dead-letter queue says why. Start an execution by hand, then purge the queue.',
    )
    // Where nothing starts nights, nobody waits for them.
    if (config.schedule.enabled) new SilenceAlarm(this, 'Silence', { environment, topic })
    new Maintenance(this, 'Maintenance', {
      names,
      config,
      key,
      topic,
      group,
      curateTimeout,
      monthTimeout: Duration.hours(24),
      nightTimeout: NIGHT_TIMEOUT,
    })

    const recorder = functions.of('record-failure').function
    // The topic is encrypted with it.
    recorder.addToRolePolicy(key.usage())
    new ExecutionEnds(this, 'ExecutionEnds', {
      names,
      machines: machinesOf(names),
      recorder,
      deadLetters: endsDeadLetters,
    })
    topic.tellOfDeadLetters(
      'UntoldEnds',
      endsDeadLetters,
      'An execution ended badly, and record-failure could not tell of it: the events in the dead-letter queue name it. Its log says why it could not. Then purge the queue.',
    )
  }
}
