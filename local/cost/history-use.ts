import { isObject } from '../executor/asl/json.ts'
import type { HistoryEvent } from '../executor/history-event.ts'

/** What an execution's history shows of its use. */
export interface HistoryUse {
  /** Steps and retries, as Step Functions counts them. */
  readonly transitions: number
  /** Invocations by function. */
  readonly invocations: ReadonlyMap<string, number>
  /** Visits by state. */
  readonly visits: ReadonlyMap<string, number>
}

const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const isScheduled = ({ type }: HistoryEvent): boolean => /^(Task|LambdaFunction)Scheduled$/.test(type)

/** The name at the end of a function's ARN, or the name itself. */
const functionName = (name: string): string => name.split(':').at(-1) ?? name

/** The function that an event schedules, by its ARN or through Lambda's integration. */
function invoked({ type, details }: HistoryEvent): string | undefined {
  if (type === 'LambdaFunctionScheduled') return functionName(details?.resource ?? '')
  if (type !== 'TaskScheduled' || details?.resourceType !== 'lambda') return undefined
  const name = isObject(details.parameters) ? details.parameters.FunctionName : undefined
  return typeof name === 'string' ? functionName(name) : undefined
}

export function historyUse(history: readonly HistoryEvent[]): HistoryUse {
  const [invocations, visits] = [new Map<string, number>(), new Map<string, number>()]
  let [entered, tasks, scheduled] = [0, 0, 0]
  for (const event of history) {
    const state = /^(\w+)StateEntered$/.exec(event.type)?.[1]
    if (state !== undefined) {
      entered += 1
      if (state === 'Task') tasks += 1
      count(visits, event.details?.name ?? event.state ?? '')
    }
    if (isScheduled(event)) scheduled += 1
    const name = invoked(event)
    if (name !== undefined) count(invocations, name)
  }
  // A task that is scheduled more often than entered was retried, and each retry is a transition.
  return { transitions: entered + Math.max(0, scheduled - tasks), invocations, visits }
}
