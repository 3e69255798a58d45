import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn'
import { stepFunctions } from '../shared/clients.ts'
import type { ExecutionEnd } from './execution-end.ts'

/** As many as one call gives. What failed stands at the end. */
const NEWEST = 1000
/** Many may run when an execution is stopped. */
const MOST = 5

/** The names of the states in which an execution ended; none where its history does not tell. */
export async function failedStates({ executionArn, status, error }: ExecutionEnd): Promise<string[]> {
  const { events = [] } = await stepFunctions().send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: NEWEST,
      includeExecutionData: false,
    }),
  )
  const failed = status === 'FAILED' ? stateThatFailed(events, error) : undefined
  return failed === undefined ? [...new Set(openStates(events))].slice(0, MOST) : [failed]
}

/** Of tasks, not of the Maps around them and not of the execution. */
const FAILURE = /^(?!Execution|Map|Parallel).*(?:Failed|TimedOut)$|^FailStateEntered$/

/**
 * From the newest failure with the execution's error back to the state that it happened in. Undefined where the way back
 * ends before: a state that is redriven may not be entered again.
 */
function stateThatFailed(
  newestFirst: readonly HistoryEvent[],
  error: string | null | undefined,
): string | undefined {
  const byId = new Map(newestFirst.map((event) => [event.id, event]))
  const failures = newestFirst.filter(({ type = '' }) => FAILURE.test(type))
  // Items of a Map fail side by side; and the execution's own event follows the state, where no other has its error.
  const start = failures.find((event) => errorOf(event) === error) ?? failures[0] ?? newestFirst[0]
  for (let event = start; event; event = byId.get(event.previousEventId)) {
    const name = event.stateEnteredEventDetails?.name
    if (name !== undefined) return name
  }
  return undefined
}

/** What an event that tells of an error has in its details, whatever its type calls them. */
const errorOf = (event: HistoryEvent): unknown =>
  Object.values(event)
    .filter((details) => typeof details === 'object' && details !== null && 'error' in details)
    .map(({ error }: { error: unknown }) => error)[0]

/** What was entered and not left: what ran, without the Maps around it where something in them did. */
function openStates(newestFirst: readonly HistoryEvent[]): string[] {
  const exits = new Map<string, number>()
  const open: { name: string; type: string }[] = []
  for (const {
    type = '',
    stateEnteredEventDetails: entered,
    stateExitedEventDetails: exited,
  } of newestFirst) {
    // What an execution that was redriven had left open is open no more.
    if (type === 'ExecutionRedriven' && open.length > 0) break
    if (exited?.name !== undefined) exits.set(exited.name, (exits.get(exited.name) ?? 0) + 1)
    if (entered?.name === undefined) continue
    const left = exits.get(entered.name) ?? 0
    if (left > 0) exits.set(entered.name, left - 1)
    else open.push({ name: entered.name, type })
  }
  const inner = open.filter(({ type }) => !/^(?:Map|Parallel)/.test(type))
  return (inner.length > 0 ? inner : open).map(({ name }) => name)
}
