import { enteredType, exitedType, type HistoryEvent, isTerminal } from '../executor/history-event.ts'
import { duration, number, plural } from './format.ts'

type State = Readonly<Record<string, unknown>>

/** What is worth saying when a task has ended, from what it was given and what it gives on, and the time it took. */
type Describe = (input: State, output: State, ms: number) => string

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const inside = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as State)[key] : undefined),
    value,
  )

const MB = 1e6
const slice = (input: State): string => String(inside(input, 'slice', 'slice') ?? '')
const rowsOf = (rows: unknown): string =>
  [
    ...['read', 'curated', 'duplicates', 'quarantined'].map((name) => [name, inside(rows, name)] as const),
    ...(['replayed', 'neighbours'] as const)
      .map((name) => [name === 'replayed' ? name : "neighbours'", inside(rows, 'leftOut', name)] as const)
      .filter(([, lines]) => Number(lines ?? 0) > 0),
  ]
    .map(([name, lines]) => `${number(Number(lines ?? 0))} ${name}`)
    .join(', ')
const mart: Describe = ({ mart, month }) => `${mart} ${month}`

const DESCRIBE: Readonly<Record<string, Describe>> = {
  StartNight: (_, { archives }) => `${plural(list(archives).length, 'archive')} to unpack`,
  UnpackArchive: (input) => String(inside(input, 'archive', 'key') ?? ''),
  PlanSlices: (_, { plan }) =>
    `${plural(list(inside(plan, 'slices')).length, 'slice')} changed, ${list(inside(plan, 'unchanged')).length} unchanged`,
  Curate: (input, _, ms) =>
    `${slice(input)}, ${number(Math.round(Number(inside(input, 'slice', 'bytes') ?? 0) / MB / (ms / 1000)))} MB/s`,
  ReconcileSlice: (input, { rows }) => `${slice(input)}: ${rowsOf(rows)}`,
  GateSlice: (input, output) => `${slice(input)}: ${inside(output, 'gate', 'action') ?? ''}`,
  RegisterSlice: slice,
  PlanMarts: (_, { marts }) => plural(Number(inside(marts, 'total') ?? 0), 'mart to build', 'marts to build'),
  BuildMart: mart,
  TestMart: mart,
  Publish: (_, { release }) => `release ${inside(release, 'release') ?? ''}`,
  StartBackfill: (_, { months, missing }) =>
    `${plural(list(months).length, 'month')}, ${list(missing).length} without files`,
  BackfillMonth: (input) => String(input.month ?? ''),
  RollBack: ({ target }) => `release ${target ?? ''}`,
  PlanVacuum: (_, { totals }) =>
    `${plural(Number(inside(totals, 'versions') ?? 0), 'version')}, ${number(Number(inside(totals, 'bytes') ?? 0))} bytes`,
  RemoveChunk: (_, { objects, bytes }) =>
    `${plural(Number(objects ?? 0), 'object')}, ${number(Number(bytes ?? 0))} bytes`,
  RefreshDashboards: (input) => plural(list(inside(input, 'release', 'ingestions')).length, 'data set'),
}

/** Steps that say nothing to a person: they are in the history all the same. */
const QUIET = new Set([
  'CreateIngestion',
  'DescribeIngestion',
  'GetCrawler',
  'PointProfileAtSlices',
  'PrepareMart',
  'RegisterMart',
])
/** Maps whose items are quiet speak for them. */
const SPOKEN_MAPS = new Set(['RefreshDashboards'])

export interface ProgressOptions {
  readonly write: (text: string) => void
  /** On a terminal the step that runs is shown on a line that the next one replaces. */
  readonly terminal: boolean
  /** What had happened before: what it left open goes on now. */
  readonly before?: readonly HistoryEvent[]
}

/** A task's own failure, before it is tried again, caught, or the end of all. */
const FAILED = /^(?:Task|LambdaFunction)(?:Failed|TimedOut|SubmitFailed)$/
const SCHEDULED = /^(?:Task|LambdaFunction)Scheduled$/

interface OpenVisit {
  readonly input: State
  since: number
  /** Its last attempt has failed, and nothing has come after that. */
  hasFailed: boolean
}

/** Items of a Map run side by side: where a state stands tells them apart. */
const visitOf = ({ frame = [], state = '' }: HistoryEvent): string => [...frame, state].join('\n')
const stateOf = (visit: string): string => visit.split('\n').at(-1) ?? ''

const isSpoken = (event: HistoryEvent): boolean => {
  const { state = '' } = event
  const type = enteredType(event)
  return (type === 'Task' && !QUIET.has(state)) || (type !== undefined && SPOKEN_MAPS.has(state))
}

const opened = ({ details, timestamp }: HistoryEvent): OpenVisit => ({
  input: (details?.input ?? {}) as State,
  since: timestamp,
  hasFailed: false,
})

function leftOpen(before: readonly HistoryEvent[]): Map<string, OpenVisit> {
  const visits = new Map<string, OpenVisit>()
  for (const event of before) {
    if (isSpoken(event)) visits.set(visitOf(event), opened(event))
    else if (exitedType(event)) visits.delete(visitOf(event))
  }
  return visits
}

/** Prints a line for every task that ends, with what it did and how long it took. */
export function createProgress({
  write,
  terminal,
  before = [],
}: ProgressOptions): (event: HistoryEvent) => void {
  const visits = leftOpen(before)
  const clear = terminal ? '\r\x1b[2K' : ''
  const showRunning = (state: string) => {
    if (terminal) write(`${clear}  ${state} …`)
  }
  const failed = (state: string) => write(`${clear}  ${state.padEnd(18)}   failed\n`)

  function exited(state: string, open: OpenVisit, { timestamp, details }: HistoryEvent) {
    if (open.hasFailed) return failed(state)
    const ms = timestamp - open.since
    const what = DESCRIBE[state]?.(open.input, (details?.output ?? {}) as State, ms) ?? ''
    write(`${clear}  ${state.padEnd(18)} ${duration(ms).padStart(8)}  ${what}`.trimEnd())
    write('\n')
  }

  return (event) => {
    const { state, type, timestamp } = event
    if (type === 'ExecutionRedriven') for (const open of visits.values()) open.since = timestamp
    if (isTerminal(event)) {
      for (const [visit, { hasFailed }] of visits) if (hasFailed) failed(stateOf(visit))
      visits.clear()
    }
    if (state === undefined) return
    const visit = visitOf(event)
    if (isSpoken(event)) {
      visits.set(visit, opened(event))
      return showRunning(state)
    }
    const open = visits.get(visit)
    if (!open) return
    if (FAILED.test(type)) open.hasFailed = true
    else if (SCHEDULED.test(type)) {
      if (open.hasFailed) write(`${clear}  ${state}: failed, trying again\n`)
      open.hasFailed = false
      showRunning(state)
    } else if (exitedType(event)) {
      visits.delete(visit)
      exited(state, open, event)
    }
  }
}
