import { JsonPath, Map as MapState } from 'aws-cdk-lib/aws-stepfunctions'
import type { MachineContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'

/** Unpacks each archive that is new or has changed. */
export function unpackArchives(machine: MachineContext): MapState {
  const map = new MapState(machine.scope, 'UnpackArchives', {
    itemsPath: '$.archives',
    maxConcurrency: 2,
    itemSelector: { 'run.$': '$.run', 'execution.$': '$.execution', 'archive.$': '$$.Map.Item.Value' },
    resultPath: JsonPath.DISCARD,
  })
  map.itemProcessor(lambdaTask(machine, 'UnpackArchive', 'unpack-archive'))
  return map
}
