import { type HistoryEvent, paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { stepFunctions } from './clients.ts'

/** All visits of a state together, in milliseconds from entering to leaving: retries, and waiting for a redrive, included. */
export type StepTimes = ReadonlyMap<string, number>

interface Seen {
  readonly before: number | undefined
  readonly at: number
  readonly entered: string | undefined
}

/** States that do something, and Maps around them: the others take no time and would be metrics to pay for. */
const WORK = /^(?:Task|Map|Parallel)StateExited$/

/** How long each state of an execution took, those inside Maps too, as far as it has left them. */
export async function stepTimes(executionArn: string): Promise<StepTimes> {
  const request = { executionArn, includeExecutionData: false, maxResults: 1000 }
  const seen = new Map<number, Seen>()
  const times = new Map<string, number>()
  for await (const { events = [] } of paginateGetExecutionHistory({ client: stepFunctions() }, request))
    for (const event of events) {
      const { id = 0, previousEventId, timestamp, type = '' } = event
      const at = timestamp?.getTime() ?? 0
      seen.set(id, { before: previousEventId, at, entered: event.stateEnteredEventDetails?.name })
      const name = WORK.test(type) ? event.stateExitedEventDetails?.name : undefined
      const entered = name !== undefined && entranceOf(name, event, seen)
      if (entered) times.set(name, (times.get(name) ?? 0) + at - entered.at)
    }
  return times
}

/** Items of a Map run side by side, so a state's exit belongs to the entrance that its own chain of events leads back to. */
function entranceOf(
  name: string,
  { previousEventId }: HistoryEvent,
  seen: ReadonlyMap<number, Seen>,
): Seen | undefined {
  let event = seen.get(previousEventId ?? 0)
  while (event && event.entered !== name) event = seen.get(event.before ?? 0)
  return event
}
