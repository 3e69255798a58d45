import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  DefinitionBody,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { buildLevels } from './nightly/build-marts.ts'
import type { Catching, NightContext } from './nightly/context.ts'
import { crawlSection } from './nightly/crawl.ts'
import { curateSlices } from './nightly/curate-slices.ts'
import { failureChain } from './nightly/failure-chain.ts'
import { lambdaTask } from './nightly/lambda-task.ts'
import { notify } from './nightly/notify.ts'
import { profileSection } from './nightly/profile.ts'
import { refreshDashboards } from './nightly/refresh-dashboards.ts'
import { startSection } from './nightly/start.ts'

export interface NightlyProps {
  readonly names: Names
  readonly curateConcurrency: number
  readonly martConcurrency: number
  readonly curateTimeout: Duration
  readonly profileTimeout: Duration
  readonly timeout: Duration
  readonly logRetention: RetentionDays
}

/** The night: from raw files to published views and refreshed dashboards. It needs names alone, no other construct. */
export class Nightly extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, props: NightlyProps) {
    super(scope, id)
    const night: NightContext = { scope: this, ...props }
    const failure = failureChain(night)

    const start = startSection(night)
    const profile = profileSection(night)
    const crawl = crawlSection(night, profile.first, failure)
    const curate = curateSlices(night)
    const planMarts = lambdaTask(night, 'PlanMarts', 'plan-marts', { resultPath: '$.marts' })
    const build = buildLevels(night)
    const publish = lambdaTask(night, 'Publish', 'publish-release', { resultPath: '$.release' })
    const refresh = refreshDashboards(night)
    const record = lambdaTask(night, 'RecordRun', 'record-run', { resultPath: '$.record' })
    const tell = notify(night, 'NotifySuccess')

    start.decide({ slices: crawl.first, onlyMarts: planMarts, nothing: record })
    profile.last.next(curate)
    curate.next(planMarts).next(build).next(publish).next(refresh).next(record).next(tell)
    tell.next(new Succeed(this, 'NightDone'))

    const caught: Catching[] = [...start.caught, ...crawl.caught, ...profile.caught]
    // The error takes the state's place: an input that is no object has no room for it, and a state may be too large for more.
    for (const state of [...caught, curate, planMarts, build, publish, refresh, record, tell])
      state.addCatch(failure, { errors: ['States.ALL'] })

    const logs = new LogGroup(this, 'Logs', {
      // Step Functions puts every group that it may write to into one resource policy, unless it has this prefix.
      logGroupName: `/aws/vendedlogs/states/${props.names.nightly}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.names.nightly,
      stateMachineType: StateMachineType.STANDARD,
      queryLanguage: QueryLanguage.JSON_PATH,
      definitionBody: DefinitionBody.fromChainable(start.first),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: true },
    })
  }
}
