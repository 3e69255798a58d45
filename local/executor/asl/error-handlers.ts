import type { State } from '../definition.ts'
import type { TaskError } from '../task-error.ts'

interface Handler {
  readonly ErrorEquals: readonly string[]
}
export interface Retrier extends Handler {
  readonly IntervalSeconds?: number
  readonly MaxAttempts?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: 'FULL' | 'NONE'
}
export interface Catcher extends Handler {
  readonly Next: string
  readonly ResultPath?: string | null
}

/** "A retry or catch on States.ALL won't catch States.Runtime errors", nor States.DataLimitExceeded. */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded'])

function isFor({ ErrorEquals }: Handler, { name }: TaskError): boolean {
  if (name === 'States.Runtime') return false
  return ErrorEquals.some(
    (wanted) =>
      wanted === name ||
      (wanted === 'States.ALL' && !TERMINAL.has(name)) ||
      // "States.TaskFailed acts as a wildcard that matches any known error name except for States.Timeout."
      (wanted === 'States.TaskFailed' && name !== 'States.Timeout' && !TERMINAL.has(name)),
  )
}

export const catcherFor = (state: State, error: TaskError): Catcher | undefined =>
  ((state.Catch ?? []) as readonly Catcher[]).find((catcher) => isFor(catcher, error))

const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }

/** The retries of one visit to a state: "Step Functions tracks the number of attempts for each retrier". */
export class Retries {
  readonly #retriers: readonly Retrier[]
  readonly #random: () => number
  readonly #attempts = new Map<Retrier, number>()
  /** All attempts after the first, as `$$.State.RetryCount` has them. */
  count = 0

  constructor(state: State, random: () => number = Math.random) {
    this.#retriers = (state.Retry ?? []) as readonly Retrier[]
    this.#random = random
  }

  /** Seconds to wait before another attempt; undefined where there is none. */
  next(error: TaskError): number | undefined {
    const retrier = this.#retriers.find((one) => isFor(one, error))
    if (!retrier) return undefined
    const used = this.#attempts.get(retrier) ?? 0
    const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = {
      ...DEFAULTS,
      ...retrier,
    }
    if (used >= MaxAttempts) return undefined
    this.#attempts.set(retrier, used + 1)
    this.count += 1
    const delay = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds ?? Number.POSITIVE_INFINITY)
    return JitterStrategy === 'FULL' ? this.#random() * delay : delay
  }
}
