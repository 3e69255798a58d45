import type { Deployment } from '../../catalog/names.ts'
import { ACCOUNT } from '../account.ts'
import { EventBus } from '../events/event-bus.ts'
import type { Definitions } from '../executor/definition.ts'
import type { ExecutionRecord, ExecutionStore } from '../executor/execution-store.ts'
import { Executions, type ExecutionsOptions } from '../executor/executions.ts'
import { createLambdaInvoker } from '../executor/lambda-invoker.ts'
import { loadDefinitions } from '../executor/load-definitions.ts'
import { shortPause } from '../executor/pauses.ts'
import { createTaskDoor, type TaskDoor } from '../executor/task-door.ts'
import type { Platform } from '../platform.ts'
import { registerStatesActions } from '../states/actions.ts'
import { folderOf } from './report-end.ts'

/** What a test may have otherwise than a lake has it. */
export interface ExecutorSettings {
  readonly definitions?: (definitions: Definitions) => Definitions
  readonly door?: (door: TaskDoor) => TaskDoor
  readonly pause?: ExecutionsOptions['pause']
  readonly timer?: ExecutionsOptions['timer']
  /** Told of every end, beside the rules' targets. */
  readonly onEnded?: (record: ExecutionRecord) => void
}

interface Place {
  readonly root: string
  readonly deployment: Deployment
  readonly platform: Platform
  readonly store: ExecutionStore
  readonly settings?: ExecutorSettings | undefined
}

/** Step Functions over a lake: its machines as CDK synthesises them, their tasks answered by the platform. */
export function lakeExecutions({ root, deployment, platform, store, settings = {} }: Place) {
  const account = { account: ACCOUNT, region: deployment.region }
  let loaded: Promise<Definitions> | undefined
  const definitions = () => {
    loaded ??= loadDefinitions(deployment, account).then(settings.definitions ?? ((same) => same))
    return loaded
  }
  const invoker = ({ functions }: Definitions) =>
    createLambdaInvoker({
      functions,
      names: platform.names,
      environment: {
        ...platform.environment,
        SQL_DIALECT: platform.dialect,
        OPERATED_BY: 'lake',
        LAKE_FOLDER: folderOf({ root }),
      },
      writeLog: platform.logs.write,
    })
  const bus = async () => {
    const known = await definitions()
    return new EventBus({
      root,
      rules: known.rules,
      invoker: invoker(known),
      notRedrivable: ({ machine, name }) => executions.notRedrivable(executions.find(machine, name)),
    })
  }
  const executions: Executions = new Executions({
    ...account,
    store,
    definitions,
    door: async () => {
      const functions = invoker(await definitions())
      const door = createTaskDoor(platform.registry, functions)
      return { ...(settings.door?.(door) ?? door), settled: functions.settled }
    },
    pause: settings.pause ?? shortPause,
    timer: settings.timer,
    onEnded: async (record) => {
      settings.onEnded?.(record)
      await (await bus()).announceEnd(record)
    },
  })
  registerStatesActions(platform.registry, executions)

  return {
    executions,
    /** What CDK synthesises; the first who asks may wait for it. */
    definitions,
    /** What a process that is gone has left: its executions are aborted, and ends that nobody heard of are told. */
    async recover(): Promise<void> {
      await executions.recover()
      const ended = store.machines().flatMap((machine) => store.list(machine))
      if (ended.length > 0) await (await bus()).announceMissed(ended)
    },
  }
}
