import { StateMachine } from 'aws-local-stepfunctions'
import { afterAll, describe, expect, it } from 'vitest'
import { type Machine, statesOf } from '../../../../local/executor/definition.ts'
import { TaskError } from '../../../../local/executor/task-error.ts'
import { randomFrom } from '../temporary-platform.ts'
import { closeRoom, openRoom, type Room } from './executor-harness.ts'

const rooms: Room[] = []
afterAll(() => {
  for (const room of rooms) closeRoom(room)
})

const RESOURCE = 'arn:aws:lambda:us-east-1:000000000000:function:'
/** What both executors' tasks answer, by the last part of their resource. */
const ANSWERS: Readonly<Record<string, (input: never, calls: number) => unknown>> = {
  echo: (input) => input,
  add: ({ n }: { n: number }) => ({ n: n + 1, more: [n, n * 2] }),
  list: () => ({
    items: [
      { id: 'a', ok: true },
      { id: 'b', ok: false },
      { id: 'c', ok: true },
    ],
  }),
  nothing: () => null,
  text: () => 'a text',
  flaky: (_, calls) => {
    if (calls < 3) throw new TaskError('Busy', `call ${calls}`)
    return { calls }
  },
  broken: () => {
    throw new TaskError('Broken', 'for good')
  },
  odd: ({ n }: { n: number }) => {
    if (n % 2 === 1) throw new TaskError('Odd', String(n))
    return n
  },
}

const counted = () => {
  const calls: Record<string, number> = {}
  const visited: string[] = []
  const answer = (name: string, input: unknown) => {
    calls[name] = (calls[name] ?? 0) + 1
    return ANSWERS[name]?.(input as never, calls[name]) ?? null
  }
  return { answer, visited }
}

interface Ran {
  readonly visited: string[]
  readonly output?: unknown
  readonly error?: string
}

/** The library enters states of a Map's items in an order of its own. */
const ran = (visited: readonly string[], end: object): Ran => ({ visited: visited.toSorted(), ...end })

async function theirs(machine: Machine, input: unknown): Promise<Ran> {
  const { answer, visited } = counted()
  const handlers: Record<string, (input: unknown) => Promise<never>> = {}
  const short: Record<string, number> = {}
  for (const [name, { Type, Resource = '' }] of statesOf(machine)) {
    short[name] = 0
    if (Type === 'Task')
      handlers[name] = async (given) =>
        answer(Resource.replace(RESOURCE, ''), structuredClone(given)) as never
  }
  const execution = new StateMachine(machine as never, { validationOptions: { noValidate: true } }).run(
    structuredClone(input) as never,
    {
      overrides: {
        taskResourceLocalHandlers: handlers,
        waitTimeOverrides: short,
        retryIntervalOverrides: short,
      },
    },
  )
  const events = (async () => {
    for await (const event of execution.eventLogs)
      if (event.type.endsWith('StateEntered') && 'state' in event) visited.push(event.state.name)
  })()
  try {
    const output = await execution.result
    await events
    return ran(visited, { output })
  } catch (thrown) {
    await events
    const outer = thrown as Error
    return ran(visited, { error: (outer.cause instanceof Error ? outer.cause : outer).name })
  }
}

async function ours(machine: Machine, input: unknown): Promise<Ran> {
  const { answer } = counted()
  const tasks = Object.fromEntries(
    Object.keys(ANSWERS).map((name) => [name, (given: never) => answer(name, given)]),
  )
  const room = openRoom({ tasks, pause: async () => {} })
  rooms.push(room)
  const record = await room.run(machine, input)
  const visited = room
    .history()
    .flatMap(({ type, state }) => (type.endsWith('StateEntered') && state ? [state] : []))
  return ran(visited, record.error ? { error: record.error.name } : { output: record.output })
}

const task = (name: string, rest: object = { End: true }) => ({
  Type: 'Task',
  Resource: RESOURCE + name,
  ...rest,
})
const machine = (States: Record<string, object>): Machine =>
  ({ StartAt: Object.keys(States)[0] ?? '', States }) as Machine
const end = { Type: 'Succeed' }
const each = (name: string, rest?: object) => ({
  Type: 'Map',
  ItemProcessor: machine({ Item: task(name) }),
  End: true,
  ...rest,
})

const choice = (...Choices: object[]) =>
  machine({
    C: { Type: 'Choice', Choices: Choices.map((one) => ({ ...one, Next: 'Yes' })), Default: 'No' },
    Yes: { Type: 'Pass', Result: 'yes', End: true },
    No: { Type: 'Pass', Result: 'no', End: true },
  })
const intrinsic = (text: string) => machine({ P: { Type: 'Pass', Parameters: { 'v.$': text }, End: true } })

const DATA = {
  n: 4,
  s: 'abc',
  at: '2024-05-06T07:08:09Z',
  yes: true,
  nil: null,
  list: [3, 1, 2, 3],
  rows: [
    { id: 1, tags: ['x', 'y'] },
    { id: 2, tags: [] },
  ],
  deep: { er: { est: 'here' } },
}

const CASES: readonly (readonly [string, Machine, unknown])[] = [
  ['tasks in a row', machine({ A: task('add', { Next: 'B' }), B: task('add') }), { n: 1 }],
  ['a result beside the input', machine({ A: task('add', { ResultPath: '$.a.b', End: true }) }), { n: 1 }],
  ['no result', machine({ A: task('add', { ResultPath: null, End: true }) }), { n: 1 }],
  [
    'a selected result',
    machine({ A: task('add', { ResultSelector: { 'last.$': '$.more[-1:]' }, End: true }) }),
    { n: 1 },
  ],
  ['an output path', machine({ A: task('add', { OutputPath: '$.more', End: true }) }), { n: 1 }],
  ['an input path', machine({ A: task('add', { InputPath: '$.x', End: true }) }), { x: { n: 5 } }],
  [
    'parameters',
    machine({ A: task('echo', { Parameters: { 'x.$': '$.deep.er', c: [{ 'y.$': '$.n' }] }, End: true }) }),
    DATA,
  ],
  ['a task without an answer', machine({ A: task('nothing') }), {}],
  ['a text for an answer', machine({ A: task('text', { ResultPath: '$.t', End: true }) }), { n: 1 }],
  [
    'a task that comes round',
    machine({ A: task('flaky', { Retry: [{ ErrorEquals: ['Busy'] }], End: true }) }),
    {},
  ],
  [
    'retries that run out',
    machine({ A: task('flaky', { Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }], End: true }) }),
    {},
  ],
  [
    'an error of another name',
    machine({ A: task('broken', { Retry: [{ ErrorEquals: ['Busy'] }], End: true }) }),
    {},
  ],
  [
    'a caught error',
    machine({
      A: task('broken', {
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'B' }],
        End: true,
      }),
      B: task('echo'),
    }),
    { n: 1 },
  ],
  [
    'a caught error in the place of all',
    machine({
      A: task('broken', { Catch: [{ ErrorEquals: ['Broken'], Next: 'B' }], End: true }),
      B: task('echo'),
    }),
    { n: 1 },
  ],
  [
    'an error that another catcher is for',
    machine({ A: task('broken', { Catch: [{ ErrorEquals: ['Odd'], Next: 'B' }], End: true }), B: end }),
    {},
  ],
  ['a Fail', machine({ A: { Type: 'Fail', Error: 'Mine', Cause: 'so' } }), {}],
  ['a Fail from paths', machine({ A: { Type: 'Fail', ErrorPath: '$.s', CausePath: '$.at' } }), DATA],
  ['a Wait', machine({ A: { Type: 'Wait', Seconds: 60, Next: 'B' }, B: end }), DATA],
  [
    'a Pass with parameters',
    machine({ A: { Type: 'Pass', Parameters: { 'a.$': '$.n' }, ResultPath: '$.p', End: true } }),
    DATA,
  ],
  [
    'a Map',
    machine({
      M: each('add', {
        ItemsPath: '$.rows',
        ItemSelector: { 'n.$': '$$.Map.Item.Value.id' },
        ResultPath: '$.out',
      }),
    }),
    DATA,
  ],
  ['a Map of items as they are', machine({ M: each('echo', { ItemsPath: '$.list' }) }), DATA],
  ['a Map of nothing', machine({ M: each('echo') }), []],
  [
    'a Map, one by one',
    machine({ M: each('add', { MaxConcurrency: 1, ItemSelector: { 'n.$': '$$.Map.Item.Index' } }) }),
    ['a', 'b', 'c'],
  ],
  [
    'a Map that is caught',
    machine({
      M: each('odd', {
        MaxConcurrency: 1,
        ItemsPath: '$.list',
        ItemSelector: { 'n.$': '$$.Map.Item.Value' },
        Catch: [{ ErrorEquals: ['Odd'], ResultPath: '$.e', Next: 'E' }],
      }),
      E: task('echo'),
    }),
    { list: [1] },
  ],
  [
    'a Parallel',
    machine({
      P: {
        Type: 'Parallel',
        Branches: [machine({ A: task('add') }), machine({ B: task('echo') })],
        ResultPath: '$.both',
        End: true,
      },
    }),
    { n: 1 },
  ],
  [
    'a Parallel that fails',
    machine({ P: { Type: 'Parallel', Branches: [machine({ A: task('broken') })], End: true } }),
    {},
  ],
  [
    'a Map in a Parallel in a Map',
    machine({
      M: {
        Type: 'Map',
        ItemsPath: '$.rows',
        ItemProcessor: machine({
          P: {
            Type: 'Parallel',
            Branches: [machine({ I: each('echo', { ItemsPath: '$.tags' }) })],
            End: true,
          },
        }),
        End: true,
      },
    }),
    DATA,
  ],
  [
    'a loop',
    machine({
      A: task('add', { Next: 'C' }),
      C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 5, Next: 'A' }], Default: 'E' },
      E: end,
    }),
    { n: 1 },
  ],
  [
    'And',
    choice({
      And: [
        { Variable: '$.n', NumericEquals: 4 },
        { Variable: '$.yes', BooleanEquals: true },
      ],
    }),
    DATA,
  ],
  [
    'Or',
    choice({
      Or: [
        { Variable: '$.n', NumericEquals: 5 },
        { Variable: '$.s', StringMatches: 'a*' },
      ],
    }),
    DATA,
  ],
  ['Not', choice({ Not: { Variable: '$.nil', IsNull: true } }), DATA],
  ['presence', choice({ Variable: '$.gone', IsPresent: true }), DATA],
  ['a time', choice({ Variable: '$.at', TimestampLessThan: '2024-05-06T07:08:10Z' }), DATA],
  ['a comparison with another path', choice({ Variable: '$.n', NumericGreaterThanPath: '$.list[1]' }), DATA],
  ['types', choice({ Variable: '$.s', IsNumeric: true }, { Variable: '$.at', IsTimestamp: true }), DATA],
  ...[
    "States.Format('{} and {}', $.s, $.n)",
    'States.ArrayLength($.rows)',
    'States.ArrayContains($.list, 2)',
    'States.ArrayGetItem($.list, 2)',
    'States.ArrayPartition($.list, 3)',
    'States.ArrayRange(2, 11, 3)',
    'States.ArrayUnique($.list)',
    'States.Array($.s, $.n, $.nil)',
    'States.MathAdd($.n, -6)',
    'States.JsonToString($.deep)',
    'States.StringToJson(States.JsonToString($.deep))',
    'States.JsonMerge($.deep, $.rows[0], false)',
    "States.StringSplit('1,2,3', ',')",
    "States.Base64Encode('Data to encode')",
    "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')",
    "States.Hash('input data', 'SHA-256')",
  ].map((text) => [text, intrinsic(text), DATA] as const),
  ...[
    '$',
    '$.deep.er.est',
    "$['deep']['er']",
    '$.list[0]',
    '$.rows[*].id',
    '$..id',
    '$.list[1:3]',
    '$.rows[?(@.id == 2)].id',
  ].map((path) => [`the path ${path}`, intrinsic(path), DATA] as const),
]

describe('this executor and aws-local-stepfunctions visit the same states and come to the same end', () => {
  it.each(CASES)('%s', async (_, definition, input) => {
    const [own, other] = await Promise.all([ours(definition, input), theirs(definition, input)])
    expect(own).toEqual(other)
  })
})

/** A chain of states drawn by chance; each keeps the shape of its input and adds a member of its own. */
function randomMachine(random: () => number, depth = 0, prefix = ''): Machine {
  const pick = <T>(...options: readonly T[]): T => options[Math.floor(random() * options.length)] as T
  const names = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) => `${prefix}S${i}`)
  const last = `${prefix}End`
  const state = (name: string, i: number): object => {
    const Next = names[i + 1] ?? last
    const onward = () => pick(...names.slice(i + 1), last)
    const ResultPath = pick(`$.r.${name}`, `$.${name}`, null)
    const inner = (letter: string) => randomMachine(random, depth + 1, `${name}${letter}`)
    const Parameters = pick(
      { 'n.$': '$.n', 'text.$': "States.Format('{}-{}', $.s, $.n)", 'list.$': '$.list' },
      { 'n.$': 'States.MathAdd($.n, 1)', s: 'x', 'list.$': '$.list[0:2]', 'all.$': '$' },
    )
    const kinds: readonly (() => object)[] = [
      () => ({ Type: 'Pass', Parameters, ResultPath, Next }),
      () => ({ Type: 'Pass', Result: { fixed: [1, { a: null }] }, ResultPath, Next }),
      () => task(pick('echo', 'list', 'text', 'nothing'), { ResultPath, Next }),
      () => task('add', { Parameters, ResultSelector: { 'more.$': '$.more[1]' }, ResultPath, Next }),
      () =>
        task('broken', {
          Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: pick(0, 2) }],
          Catch: [{ ErrorEquals: [pick('Broken', 'States.ALL', 'Odd')], ResultPath: '$.e', Next: onward() }],
          Next,
        }),
      () => ({
        Type: 'Choice',
        Choices: [
          {
            Variable: '$.n',
            [pick('NumericLessThan', 'NumericGreaterThanEquals')]: pick(3, 4, 5),
            Next: onward(),
          },
          { Not: { Variable: '$.e', IsPresent: true }, Next: onward() },
        ],
        Default: onward(),
      }),
      () => ({ Type: 'Wait', Seconds: 5, Next }),
    ]
    // It counts its calls, whose order is nobody's promise where branches run side by side.
    const alone: readonly (() => object)[] = [
      () => task('flaky', { Retry: [{ ErrorEquals: [pick('Busy', 'States.ALL')] }], ResultPath, Next }),
    ]
    const nested: readonly (() => object)[] = [
      () => ({
        Type: 'Map',
        ItemsPath: '$.list',
        MaxConcurrency: 1,
        ItemSelector: { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 's.$': '$.s', list: [1] },
        ItemProcessor: inner('m'),
        ResultPath,
        Next,
      }),
      () => ({ Type: 'Parallel', Branches: [inner('a'), inner('b')], ResultPath, Next }),
    ]
    return pick(...kinds, ...(depth === 0 ? alone : []), ...(depth < 2 ? nested : []))()
  }
  const end = pick<object>(
    { Type: 'Succeed' },
    { Type: 'Succeed', OutputPath: '$.n' },
    { Type: 'Pass', End: true },
  )
  return machine({ ...Object.fromEntries(names.map((name, i) => [name, state(name, i)])), [last]: end })
}

describe('for machines drawn by chance', () => {
  /**
   * The same end, and the same way to it in the machine itself. Of Parallels inside of Maps the library does not tell all
   * that is entered, and where something fails in one it goes on with what AWS would abort.
   */
  const told = ({ visited, ...end }: Ran) => ({
    ...end,
    visited: visited.filter((state) => /^(S\d|End)$/.test(state)),
  })

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('they agree too: seed %i', async (seed) => {
    const random = randomFrom(seed)
    for (let i = 0; i < 5; i += 1) {
      const definition = randomMachine(random)
      const input = { n: Math.floor(random() * 7), s: 'abc', list: [2, 4, 6], r: {} }
      const [own, other] = await Promise.all([ours(definition, input), theirs(definition, input)])
      expect(told(own)).toEqual(told(other))
    }
  })
})

describe('they differ, on purpose, where the library is not as AWS is', () => {
  it.each<[string, Machine, unknown, Partial<Ran>]>([
    ['a Pass with the result 0', machine({ A: { Type: 'Pass', Result: 0, End: true } }), {}, { output: 0 }],
    [
      'the context of a state',
      machine({ A: { Type: 'Pass', Parameters: { 's.$': '$$.State.Name' }, End: true } }),
      {},
      { output: { s: 'A' } },
    ],
    [
      'items behind one that failed',
      machine({ M: each('odd', { MaxConcurrency: 1, ItemSelector: { 'n.$': '$$.Map.Item.Value' } }) }),
      [1, 2, 3],
      { error: 'Odd', visited: ['Item', 'M'] },
    ],
    [
      'the item of a Map, inside of it',
      machine({
        M: {
          Type: 'Map',
          ItemProcessor: machine({
            P: { Type: 'Pass', Parameters: { 'i.$': '$$.Map.Item.Index' }, End: true },
          }),
          End: true,
        },
      }),
      ['a'],
      { output: [{ i: 0 }] },
    ],
  ])('%s', async (_, definition, input, expected) => {
    const own = await ours(definition, input)
    expect(own).toMatchObject(expected)
    expect(await theirs(definition, input).catch(() => ({ visited: [] }))).not.toEqual(own)
  })
})
