import type { ExecutionRecord, HistoryEvent } from '../executor/execution-store.ts'
import { createExecutor } from '../executor/executor.ts'
import { createLambdaInvoker } from '../executor/lambda-invoker.ts'
import { loadDefinitions } from '../executor/load-definitions.ts'
import { createTaskDoor } from '../executor/task-door.ts'
import type { Lake } from './open-lake.ts'
import { ACCOUNT } from './open-lake.ts'

export interface NightOptions {
  readonly input: unknown
  readonly name?: string
  readonly signal?: AbortSignal
  readonly onEvent?: (event: HistoryEvent) => void
}

/** Runs `nightly` on an open lake: the definition that CDK synthesises, answered by the platform. */
export async function runNight(
  lake: Lake,
  { input, name, signal, onEvent }: NightOptions,
): Promise<ExecutionRecord> {
  const { platform, deployment, executions } = lake
  const { names, registry, environment, dialect } = platform
  const { machines, functions } = await loadDefinitions(deployment, {
    account: ACCOUNT,
    region: deployment.region,
  })
  const machine = names.nightly
  const definition = machines[machine]
  if (!definition) throw new Error(`the synthesised template has no state machine ${machine}`)
  const invoker = createLambdaInvoker({
    functions,
    names,
    environment: { ...environment, SQL_DIALECT: dialect },
  })
  const execution = name ?? executions.nextName(machine)
  const executor = createExecutor(executions, createTaskDoor(registry, invoker))
  const running = executor.run({
    machine,
    definition,
    name: execution,
    arn: `arn:aws:states:${deployment.region}:${ACCOUNT}:execution:${machine}:${execution}`,
    input,
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
  })
  return running.finally(() => invoker.settled())
}
