import type { EventDetails, HistoryEvent } from './history-event.ts'

/** Events whose details AWS keeps under a name that is not their own. */
const MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/StateEntered$/, 'stateEnteredEventDetails'],
  [/StateExited$/, 'stateExitedEventDetails'],
]

const memberOf = (type: string): string =>
  MEMBERS.find(([pattern]) => pattern.test(type))?.[1] ??
  `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`

const PAYLOADS = ['input', 'output'] as const

function detailsOf(details: EventDetails, includesData: boolean): object {
  const { input: _, output: __, parameters, ...plain } = details
  const payloads = PAYLOADS.filter((name) => details[name] !== undefined).flatMap((name) => [
    [name, JSON.stringify(details[name])],
    [`${name}Details`, { truncated: false }],
  ])
  return {
    ...plain,
    ...(includesData && Object.fromEntries(payloads)),
    ...(parameters !== undefined && { parameters: JSON.stringify(parameters) }),
  }
}

/** An event in the shape of `GetExecutionHistory`; `includesData` tells whether with inputs and outputs. */
export const toAwsEvent = (
  { id, previousEventId, timestamp, type, details }: HistoryEvent,
  includesData: boolean,
): object => ({
  timestamp: new Date(timestamp),
  type,
  id,
  previousEventId,
  ...(details && { [memberOf(type)]: detailsOf(details, includesData) }),
})
