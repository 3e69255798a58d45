import { Aws, Duration } from 'aws-cdk-lib'
import {
  Choice,
  Condition,
  JsonPath,
  Map as MapState,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { arnOf, type MachineContext, within } from './context.ts'
import { failUntilRedriven } from './fail-until-redriven.ts'

/** Copies the published views into SPICE and waits until dashboards show them. */
export function refreshDashboards(night: MachineContext): MapState {
  const { scope, names } = night
  const ingestions = [arnOf(scope, 'quicksight', 'dataset', `${names.dataSet('*')}/ingestion/*`)]
  const ingestion = {
    AwsAccountId: Aws.ACCOUNT_ID,
    'DataSetId.$': '$.dataSetId',
    'IngestionId.$': '$.ingestionId',
  }
  const call = { taskTimeout: within(Duration.minutes(2)), retries: [retries.quicksight, retries.timeout] }

  const create = new ServiceTask(scope, 'CreateIngestion', {
    ...call,
    resource: 'arn:aws:states:::aws-sdk:quicksight:createIngestion',
    parameters: { ...ingestion, IngestionType: 'FULL_REFRESH' },
    allow: [{ actions: ['quicksight:CreateIngestion'], resources: ingestions }],
    resultPath: JsonPath.DISCARD,
  })
  const wait = new Wait(scope, 'WaitForIngestion', { time: WaitTime.duration(Duration.seconds(20)) })
  const describe = new ServiceTask(scope, 'DescribeIngestion', {
    ...call,
    resource: 'arn:aws:states:::aws-sdk:quicksight:describeIngestion',
    parameters: ingestion,
    allow: [{ actions: ['quicksight:DescribeIngestion'], resources: ingestions }],
    resultPath: '$.ingestion',
  })
  const status = '$.ingestion.Ingestion.IngestionStatus'

  // The id is an idempotency key: what an earlier attempt or a redriven execution began only needs waiting for.
  create.addCatch(wait, { errors: ['QuickSight.ResourceExistsException'], resultPath: '$.ingestion' })
  const failed = failUntilRedriven(night, 'IngestionFailed', {
    'run.$': '$.run',
    'what.$': '$.dataSetId',
    error: 'IngestionFailedError',
    // The whole description: one that was cancelled has no ErrorInfo to point at.
    'cause.$': `States.Format('SPICE ingestion {} of data set {} ended {}: the release is published, dashboards show the former one. {}', $.ingestionId, $.dataSetId, ${status}, States.JsonToString($.ingestion.Ingestion))`,
  })
  // Its failure has taken the id.
  const again = new Pass(scope, 'AnotherIngestion', {
    parameters: {
      'run.$': '$.run',
      'execution.$': '$.execution',
      'dataSetId.$': '$.dataSetId',
      'ingestionId.$': "States.Format('{}-2', $.ingestionId)",
    },
  })

  const map = new MapState(scope, 'RefreshDashboards', {
    itemsPath: '$.release.ingestions',
    maxConcurrency: 4,
    itemSelector: {
      'run.$': '$.run',
      'execution.$': '$.execution',
      'dataSetId.$': '$$.Map.Item.Value.dataSetId',
      'ingestionId.$': '$$.Map.Item.Value.ingestionId',
    },
    resultPath: JsonPath.DISCARD,
  })
  map.itemProcessor(
    create
      .next(wait)
      .next(describe)
      .next(
        new Choice(scope, 'Ingestion done?')
          .when(Condition.stringEquals(status, 'COMPLETED'), new Succeed(scope, 'IngestionDone'))
          .when(
            Condition.or(
              Condition.stringEquals(status, 'FAILED'),
              Condition.stringEquals(status, 'CANCELLED'),
            ),
            failed.next(again).next(create),
          )
          .otherwise(wait),
      ),
  )
  return map
}
