import type { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { buildLevels } from './nightly/build-marts.ts'
import type { NightContext } from './nightly/context.ts'
import { crawlSection } from './nightly/crawl.ts'
import { curateSlices } from './nightly/curate-slices.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import { profileSection } from './nightly/profile.ts'
import { refreshDashboards } from './nightly/refresh-dashboards.ts'
import { nothingToProfile, startSection } from './nightly/start.ts'
import { standardMachine } from './standard-machine.ts'

export interface NightlyProps {
  readonly names: Names
  readonly curateConcurrency: number
  readonly martConcurrency: number
  readonly curateTimeout: Duration
  readonly profileTimeout: Duration
  readonly timeout: Duration
  readonly logRetention: RetentionDays
}

/**
 * The night: from raw files to published views and refreshed dashboards. It needs names alone, no other construct.
 *
 * Nothing is caught but what is wanted, and no Fail state ends it: an execution that failed stays at the task that failed,
 * so that a redrive goes on there (docs/adr/0020). Who records and tells of it is `infra/execution-ends.ts`.
 */
export class Nightly extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, props: NightlyProps) {
    super(scope, id)
    const night: NightContext = { scope: this, ...props }

    const start = startSection(night)
    const profile = profileSection(night)
    const curate = curateSlices(night)
    const crawl = crawlSection(
      night,
      new Choice(this, 'Anything to profile?').when(nothingToProfile, curate).otherwise(profile.first),
    )
    const planMarts = lambdaTask(night, 'PlanMarts', 'plan-marts', { resultPath: '$.marts' })
    const build = buildLevels(night)
    const publish = lambdaTask(night, 'Publish', 'publish-release', { resultPath: '$.release' })
    const refresh = refreshDashboards(night)
    const record = lambdaTask(night, 'RecordRun', 'record-run', { resultPath: '$.record' })
    const tell = notify(night, 'NotifySuccess')

    start.decide({ slices: crawl, onlyMarts: planMarts, nothing: record })
    profile.last.next(curate)
    curate.next(planMarts).next(build).next(publish).next(refresh).next(record).next(tell)
    tell.next(new Succeed(this, 'NightDone'))

    this.stateMachine = standardMachine(this, { ...props, name: props.names.nightly, first: start.first })
  }
}
