import type { Json } from './asl/json.ts'

/** What stands beside an event's type, as AWS names it; payloads are values here, texts of JSON at AWS's door. */
export interface EventDetails {
  readonly name?: string
  readonly input?: Json
  readonly output?: Json
  readonly error?: string
  readonly cause?: string
  readonly resource?: string
  readonly resourceType?: string
  readonly region?: string
  readonly parameters?: Json
  readonly timeoutInSeconds?: number
  readonly length?: number
  readonly index?: number
  readonly redriveCount?: number
  readonly roleArn?: string
}

/** One line of `history.jsonl`: an event as `GetExecutionHistory` has it, and where in the machine it happened. */
export interface HistoryEvent {
  /** From 1, without gaps. */
  readonly id: number
  /** What led to it, which need not be the event before it; 0 at the start. */
  readonly previousEventId: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** `TaskStateEntered`, `MapIterationStarted`, …: as in AWS's API. */
  readonly type: string
  /** The state in which it happened; the execution's own events have none. */
  readonly state?: string
  /** The iterations and branches around that state, outermost first: `["BuildLevels[0]", "BuildMarts[2]"]`. */
  readonly frame?: readonly string[]
  readonly details?: EventDetails
  /** At a state's exit: the state that follows, null where its machine, iteration or branch ends. */
  readonly next?: string | null
}

/** The execution has ended with this event, until it is redriven. */
export const isTerminal = ({ type }: HistoryEvent): boolean =>
  /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type)

/** `Task` of `TaskStateEntered`, where the event is a state's entry; likewise for an exit. */
export const enteredType = ({ type }: HistoryEvent): string | undefined =>
  /^(\w+)StateEntered$/.exec(type)?.[1]
export const exitedType = ({ type }: HistoryEvent): string | undefined => /^(\w+)StateExited$/.exec(type)?.[1]
