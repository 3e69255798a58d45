import type { HistoryEvent } from '../executor/execution-store.ts'
import { duration, number } from './format.ts'

type State = Readonly<Record<string, unknown>>

/** What is worth saying when a task has ended, from what it was given and what it gives on, and the time it took. */
type Describe = (input: State, output: State, ms: number) => string

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const inside = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as State)[key] : undefined),
    value,
  )
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

const MB = 1e6
const slice = (input: State): string => String(inside(input, 'slice', 'slice') ?? '')
const rowsOf = (rows: unknown): string =>
  ['read', 'curated', 'duplicates', 'quarantined']
    .map((name) => `${number(Number(inside(rows, name) ?? 0))} ${name}`)
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
}

/** Prints a line for every task that ends, with what it did and how long it took. */
export function createProgress({ write, terminal }: ProgressOptions): (event: HistoryEvent) => void {
  const entered = new Map<string, number>()
  /** A state that fails and is caught is exited too. */
  const failed = new Set<string>()
  const clear = terminal ? '\r\x1b[2K' : ''
  const isSpoken = ({ state = '', stateType }: HistoryEvent) =>
    (stateType === 'Task' && !QUIET.has(state)) || SPOKEN_MAPS.has(state)

  return (event) => {
    const { state, type, timestamp, input, output } = event
    if (state === undefined || !isSpoken(event)) return
    // Items of a Map run side by side; what they were given tells them apart.
    const visit = `${state} ${JSON.stringify(input)}`
    if (type === 'StateEntered') {
      entered.set(visit, timestamp)
      if (terminal) write(`${clear}  ${state} …`)
    } else if (type === 'StateExited' && !failed.delete(visit)) {
      const ms = timestamp - (entered.get(visit) ?? timestamp)
      const what = DESCRIBE[state]?.((input ?? {}) as State, (output ?? {}) as State, ms) ?? ''
      write(`${clear}  ${state.padEnd(18)} ${duration(ms).padStart(8)}  ${what}`.trimEnd())
      write('\n')
    } else if (type === 'StateRetried') {
      failed.delete(visit)
      write(`${clear}  ${state}: failed, trying again\n`)
    } else if (type === 'StateFailed') {
      failed.add(visit)
      write(`${clear}  ${state.padEnd(18)}   failed\n`)
    }
  }
}
