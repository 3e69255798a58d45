import { type Machine, type State, statesOf } from '../../local/executor/definition.ts'

/** Below the largest delay of a Node.js timer (2^31 ms), with which executors wait. */
const LONGEST_SECONDS = 2_000_000

/** Fields whose meaning executors don't share, or that some of them ignore without a word. */
const FOREIGN_FIELDS = [
  'Assign',
  'Arguments',
  'Output',
  'Items',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Iterator',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'TimeoutSecondsPath',
  'Credentials',
  'Label',
]

interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly JitterStrategy?: string
  readonly MaxDelaySeconds?: number
}

/** What keeps a state machine from meaning the same in Step Functions and in other executors. */
export function violations(machine: Machine): string[] {
  const names = [...statesOf(machine)].map(([name]) => name)
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  return [
    ...queryLanguage(machine, 'the machine'),
    ...twice.map((name) => `${name}: the name stands twice`),
    ...[...statesOf(machine)].flatMap(([name, state]) =>
      [
        ...foreign(state),
        ...task(state),
        ...map(state),
        ...wait(state),
        ...handlers(state),
        ...failPaths(state),
        ...presence(state),
        ...queryLanguage(state, ''),
      ].map((what) => `${name}: ${what}`.replace(': : ', ': ')),
    ),
    ...insideMaps(machine),
  ]
}

const queryLanguage = (of: object, who: string): string[] =>
  'QueryLanguage' in of && of.QueryLanguage !== 'JSONPath'
    ? [`${who}: ${of.QueryLanguage} instead of JSONPath`]
    : []

const foreign = (state: State): string[] =>
  FOREIGN_FIELDS.filter((field) => field in state).map((field) => `${field} is not shared by executors`)

function task(state: State): string[] {
  if (state.Type !== 'Task') return []
  const { TimeoutSeconds, Retry = [], Resource = '' } = state
  const retriers = Retry as readonly Retrier[]
  return [
    ...(TimeoutSeconds === undefined ? ['a task without TimeoutSeconds'] : []),
    ...((TimeoutSeconds ?? 0) >= LONGEST_SECONDS ? [`${TimeoutSeconds} s is more than a timer takes`] : []),
    ...(retriers.length === 0 ? ['a task without Retry'] : []),
    ...(Resource.endsWith('.waitForTaskToken') ? ['a task token'] : []),
    ...retriers.flatMap(({ JitterStrategy, MaxDelaySeconds, ErrorEquals }) => [
      ...(JitterStrategy === 'FULL' ? [] : [`retries of ${ErrorEquals} without jitter`]),
      ...(MaxDelaySeconds === undefined ? [`retries of ${ErrorEquals} without MaxDelaySeconds`] : []),
    ]),
  ]
}

function map(state: State): string[] {
  if (state.Type !== 'Map') return []
  const config = (state.ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined)?.ProcessorConfig
  return config?.Mode === undefined || config.Mode === 'INLINE' ? [] : [`a ${config.Mode} Map`]
}

const wait = (state: State): string[] =>
  state.Type === 'Wait' && !(Number(state.Seconds) < LONGEST_SECONDS)
    ? ['a Wait that is not some seconds']
    : []

function handlers(state: State): string[] {
  return (['Retry', 'Catch'] as const).flatMap((field) => {
    const errors = ((state[field] ?? []) as readonly Retrier[]).map(({ ErrorEquals }) => ErrorEquals)
    return errors.flatMap((names, i) => {
      if (!names.includes('States.ALL')) return []
      return names.length > 1 || i < errors.length - 1 ? [`States.ALL is not last and alone in ${field}`] : []
    })
  })
}

/** Step Functions takes an intrinsic function for a path there; others take a path alone. */
const failPaths = (state: State): string[] =>
  (['ErrorPath', 'CausePath'] as const)
    .filter((field) => field in state && !String(state[field]).startsWith('$'))
    .map((field) => `${field} is no path`)

/** An executor may take an item that is not there for one that is null. */
const presence = (state: State): string[] =>
  (
    JSON.stringify(state.Choices ?? []).match(
      /"Variable":"[^"]*\]"(?=[^}]*"IsPresent")|"IsPresent":[^}]*"Variable":"[^"]*\]"/g,
    ) ?? []
  ).map(() => 'IsPresent of an item of a list')

/** In a Map, `$$.Execution` is the iteration's with some executors, and `$$.Map` exists in ItemSelector alone. */
function insideMaps(machine: Machine, inside = false): string[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const { ItemProcessor, ItemSelector, ...own } = state
    const text = JSON.stringify(own)
    const selector = JSON.stringify(ItemSelector ?? {})
    return [
      ...(text.includes('$$.Map') ? [`${name}: $$.Map outside of ItemSelector`] : []),
      ...(inside && (text + selector).includes('$$.Execution') ? [`${name}: $$.Execution inside a Map`] : []),
      ...((text + selector).match(/\$\$\.(State|Task)\b/g) ?? []).map((found) => `${name}: ${found}`),
      ...(ItemProcessor ? insideMaps(ItemProcessor, true) : []),
    ]
  })
}
