import type { ExecutionRecord } from './execution-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** "You can redrive executions that didn't complete successfully in the last 14 days." */
const REDRIVABLE_MS = 14 * DAY_MS
/** "The workflow execution hasn't exceeded the maximum open time of one year." */
const LONGEST_MS = 365 * DAY_MS
/** "… less than 24,999 events, to accommodate the ExecutionRedriven history event and at least one other history event." */
const MOST_EVENTS = 24_999

export interface Redrivability {
  readonly record: ExecutionRecord
  /** The number of its events. Asked for only where it matters, as is the next. */
  readonly events: () => number
  /** Whether the definition with which it was started is known. */
  readonly hasDefinition: () => boolean
  readonly now?: number
}

/** Why an execution can't be redriven, in the service's words; undefined where it can. */
export function notRedrivable({ record, events, hasDefinition, now = Date.now() }: Redrivability) {
  const { status, startedAt, stoppedAt } = record
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  const count = events()
  if (count === 0 || !hasDefinition()) return 'Execution was started before the launch of RedriveExecution'
  if (count >= MOST_EVENTS) return 'Execution history event limit exceeded'
  if (now - Date.parse(startedAt) > LONGEST_MS) return 'Execution has exceeded the max execution time'
  if (stoppedAt !== null && now - Date.parse(stoppedAt) > REDRIVABLE_MS)
    return 'Execution redrivable period exceeded'
  return undefined
}
