import { describe, expect, test } from 'vitest'
import type { Machine, State } from '../../local/executor/definition.ts'
import { violations } from './asl-rules.ts'

const retry = (ErrorEquals: string[]) => ({ ErrorEquals, JitterStrategy: 'FULL', MaxDelaySeconds: 60 })
const task = (fields: object = {}): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sns:publish',
  TimeoutSeconds: 60,
  Retry: [retry(['States.Timeout'])],
  ...fields,
})
const machine = (States: Record<string, State>): Machine => ({ StartAt: 'A', States })
const mapOf = (inner: State, fields: object = {}): State => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'B', States: { B: inner } } as Machine,
  ...fields,
})

describe('the rules for what executors share', () => {
  test('accept a task with timeout and retries, and an inline Map that selects its items', () => {
    const selected = mapOf(task(), {
      ItemSelector: { 'run.$': '$$.Execution.Name', 'item.$': '$$.Map.Item.Value' },
    })
    expect(violations(machine({ A: selected, C: { Type: 'Wait', Seconds: 30 } }))).toEqual([])
  })

  test.each<[string, State, string]>([
    ['no timeout', task({ TimeoutSeconds: undefined }), 'A: a task without TimeoutSeconds'],
    [
      'a timeout beyond timers',
      task({ TimeoutSeconds: 2_000_000 }),
      'A: 2000000 s is more than a timer takes',
    ],
    ['no retries', task({ Retry: undefined }), 'A: a task without Retry'],
    [
      'no jitter',
      task({ Retry: [{ ErrorEquals: ['X'], MaxDelaySeconds: 1 }] }),
      'A: retries of X without jitter',
    ],
    [
      'a bad jitter strategy',
      task({ Retry: [{ ErrorEquals: ['X'], MaxDelaySeconds: 1, JitterStrategy: 'SOME' }] }),
      'A: retries of X without jitter',
    ],
    [
      'no longest delay',
      task({ Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'FULL' }] }),
      'A: retries of X without MaxDelaySeconds',
    ],
    [
      'a task token',
      task({ Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }),
      'A: a task token',
    ],
    ['JSONata', task({ QueryLanguage: 'JSONata' }), 'A: JSONata instead of JSONPath'],
    ['variables', task({ Assign: { x: 1 } }), 'A: Assign is not shared by executors'],
    ['arguments', task({ Arguments: {} }), 'A: Arguments is not shared by executors'],
    ['heartbeats', task({ HeartbeatSeconds: 1 }), 'A: HeartbeatSeconds is not shared by executors'],
    ['credentials', task({ Credentials: {} }), 'A: Credentials is not shared by executors'],
    ['an item reader', mapOf(task(), { ItemReader: {} }), 'A: ItemReader is not shared by executors'],
    ['a batcher', mapOf(task(), { ItemBatcher: {} }), 'A: ItemBatcher is not shared by executors'],
    ['a result writer', mapOf(task(), { ResultWriter: {} }), 'A: ResultWriter is not shared by executors'],
    [
      'tolerated failures',
      mapOf(task(), { ToleratedFailureCount: 1 }),
      'A: ToleratedFailureCount is not shared by executors',
    ],
    [
      'a distributed Map',
      {
        ...mapOf(task()),
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: {} } as Machine,
      },
      'A: a DISTRIBUTED Map',
    ],
    ['a Wait for a path', { Type: 'Wait', TimestampPath: '$.at' }, 'A: a Wait that is not some seconds'],
    [
      'States.ALL before others',
      task({ Catch: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
      'A: States.ALL is not last and alone in Catch',
    ],
    [
      'States.ALL with others',
      task({ Retry: [retry(['States.ALL', 'X'])] }),
      'A: States.ALL is not last and alone in Retry',
    ],
    [
      'a function for a cause',
      { Type: 'Fail', CausePath: "States.Format('{}', $.x)" },
      'A: CausePath is no path',
    ],
    [
      'a look at whether a list has an item',
      { Type: 'Choice', Choices: [{ Variable: '$.list[0]', IsPresent: true, Next: 'B' }] },
      'A: IsPresent of an item of a list',
    ],
    ['a fault inside a Map', mapOf(task({ Assign: {} })), 'B: Assign is not shared by executors'],
    [
      'the execution inside a Map',
      mapOf(task({ Parameters: { 'run.$': '$$.Execution.Name' } })),
      'B: $$.Execution inside a Map',
    ],
    [
      'the item inside a Map',
      mapOf(task({ Parameters: { 'item.$': '$$.Map.Item.Value' } })),
      'B: $$.Map outside of ItemSelector',
    ],
    ['the state', task({ Parameters: { 'at.$': '$$.State.EnteredTime' } }), 'A: $$.State'],
  ])('reject %s', (_, state, expected) => {
    expect(violations(machine({ A: state }))).toContain(expected)
  })

  test('reject JSONata for the whole machine and a name that stands twice', () => {
    expect(violations({ ...machine({ A: task() }), QueryLanguage: 'JSONata' } as Machine)).toEqual([
      'the machine: JSONata instead of JSONPath',
    ])
    expect(violations(machine({ A: task(), B: mapOf(task()) }))).toEqual(['B: the name stands twice'])
  })
})
