import { describe, expect, it } from 'vitest'
import { catcherFor, Retries } from '../../../../../local/executor/asl/error-handlers.ts'
import type { State } from '../../../../../local/executor/definition.ts'
import { TaskError } from '../../../../../local/executor/task-error.ts'

const error = (name: string) => new TaskError(name, '')
const state = (Retry: readonly object[]): State => ({ Type: 'Task', Retry })

/** The delays of one visit to a state, until there is none. */
function delays(retriers: readonly object[], name = 'Boom', random = () => 0.5): number[] {
  const retries = new Retries(state(retriers), random)
  const found: number[] = []
  for (let delay = retries.next(error(name)); delay !== undefined; delay = retries.next(error(name)))
    found.push(delay)
  return found
}

describe('a retrier', () => {
  it('waits a second at first, twice as long each time, three times at most, unless it says otherwise', () => {
    expect(delays([{ ErrorEquals: ['Boom'] }])).toEqual([1, 2, 4])
    expect(delays([{ ErrorEquals: ['Boom'], IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 3 }])).toEqual(
      [3, 4.5, 6.75],
    )
    expect(delays([{ ErrorEquals: ['Boom'], MaxAttempts: 0 }])).toEqual([])
  })

  it('waits no longer than MaxDelaySeconds, and with FULL jitter for some part of its delay', () => {
    const retrier = { ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 4, MaxDelaySeconds: 10 }
    expect(delays([retrier])).toEqual([3, 6, 10, 10])
    expect(delays([{ ...retrier, JitterStrategy: 'FULL' }])).toEqual([1.5, 3, 5, 5])
    expect(delays([{ ...retrier, JitterStrategy: 'FULL' }], 'Boom', () => 0)).toEqual([0, 0, 0, 0])
  })

  it('counts for itself: an error that another retrier is for does not use up its attempts', () => {
    const retries = new Retries(
      state([
        { ErrorEquals: ['A'], MaxAttempts: 1 },
        { ErrorEquals: ['B'], MaxAttempts: 1 },
      ]),
    )
    expect(['A', 'B', 'A'].map((name) => retries.next(error(name)))).toEqual([1, 1, undefined])
    expect(retries.count).toBe(2)
  })
})

const caughtBy = (name: string, ...names: string[]) =>
  catcherFor({ Type: 'Task', Catch: [{ ErrorEquals: names, Next: 'X' }] }, error(name)) !== undefined

describe('ErrorEquals', () => {
  it.each([
    ['Boom', 'Boom', true],
    ['Boom', 'Bang', false],
    ['Boom', 'States.ALL', true],
    ['States.Timeout', 'States.ALL', true],
    ['Boom', 'States.TaskFailed', true],
    ['States.Timeout', 'States.TaskFailed', false],
    ['States.Runtime', 'States.ALL', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.ALL', false],
    ['States.DataLimitExceeded', 'States.TaskFailed', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ])('%s is one for %s: %s', (name, wanted, is) => {
    expect(caughtBy(name, wanted)).toBe(is)
  })

  it('of several handlers, the first that fits is taken', () => {
    const handlers = [
      { ErrorEquals: ['Boom'], Next: 'First' },
      { ErrorEquals: ['States.ALL'], Next: 'Second' },
    ]
    expect(catcherFor({ Type: 'Task', Catch: handlers }, error('Boom'))?.Next).toBe('First')
    expect(catcherFor({ Type: 'Task', Catch: handlers }, error('Bang'))?.Next).toBe('Second')
  })
})
