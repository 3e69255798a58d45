import { Choice, Condition, Map as MapState, Pass } from 'aws-cdk-lib/aws-stepfunctions'
import { LAKE, s3Uri } from '../../catalog/layout.ts'
import { retries } from '../retries.ts'
import { ServiceTask } from '../service-task.ts'
import { arnOf, type MachineContext, type NightContext, withinJob } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

type CurateContext = MachineContext & Pick<NightContext, 'curateConcurrency' | 'curateTimeout'>

/** Curates each changed slice, proves that no row was lost, judges its quality, and registers it or sets it aside. */
export function curateSlices(night: CurateContext): MapState {
  const { scope, names } = night
  const lake = (key: string, ...paths: string[]): string =>
    `States.Format('${s3Uri(names.lakeBucket, key)}', ${paths.join(', ')})`

  const curate = new ServiceTask(scope, 'Curate', {
    resource: 'arn:aws:states:::glue:startJobRun.sync',
    parameters: {
      JobName: names.curateJob,
      Arguments: {
        '--manifest.$': lake('{}', '$.slice.manifest'),
        '--curated.$': lake(LAKE.curatedVersion('{}'), '$.slice.version'),
        '--quarantine.$': lake(LAKE.quarantineVersion('{}'), '$.slice.version'),
        '--metrics.$': lake(LAKE.run('{}', '{}.metrics'), '$.run', '$.slice.slice'),
      },
    },
    allow: [
      {
        actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
        resources: [arnOf(scope, 'glue', 'job', names.curateJob)],
      },
    ],
    taskTimeout: withinJob(night.curateTimeout),
    retries: [retries.glue, retries.timeout, retries.job],
    // What the job has used is kept with the counts.
    resultPath: '$.job',
  })
  const reconcile = lambdaTask(night, 'ReconcileSlice', 'reconcile-slice', { resultPath: '$.rows' })
  const gate = lambdaTask(night, 'GateSlice', 'gate-slice', { resultPath: '$.gate' })
  const register = lambdaTask(night, 'RegisterSlice', 'register-slice')
  const setAside = new Pass(scope, 'SetAside', {
    comment: 'Its rows stay in the lake but in no release',
    parameters: { 'slice.$': '$.slice.slice', 'version.$': '$.slice.version', outcome: 'set-aside' },
  })

  const map = new MapState(scope, 'CurateSlices', {
    itemsPath: '$.plan.slices',
    maxConcurrency: night.curateConcurrency,
    itemSelector: { 'run.$': '$.run', 'execution.$': '$.execution', 'slice.$': '$$.Map.Item.Value' },
    resultPath: '$.curated',
  })
  map.itemProcessor(
    curate
      .next(reconcile)
      .next(gate)
      .next(
        new Choice(scope, 'Slice good?')
          .when(Condition.stringEquals('$.gate.action', 'quarantine'), setAside)
          .otherwise(register),
      ),
  )
  return map
}
