import { enteredType, exitedType, type HistoryEvent } from '../executor/history-event.ts'
import type { Table } from './format.ts'

/** States that take no time worth telling. */
const QUIET = new Set(['Choice', 'Pass', 'Succeed'])

/**
 * The time that each step of the machine itself took (a Map counts as one), in the order in which they ran. What lies
 * between a failure and its redrive counts for nothing.
 */
export function stepTimes(history: readonly HistoryEvent[]): Table {
  const open = new Map<string, number>()
  const times = new Map<string, { visits: number; ms: number }>()
  const add = (state: string, ms: number) => {
    const time = times.get(state) ?? { visits: 0, ms: 0 }
    times.set(state, { ...time, ms: time.ms + ms })
  }
  let before = 0
  for (const event of history) {
    const { type, state, frame, timestamp } = event
    if (type === 'ExecutionRedriven') {
      for (const [name, since] of open) {
        add(name, before - since)
        open.set(name, timestamp)
      }
    }
    before = timestamp
    if (state === undefined || frame !== undefined) continue
    const entered = enteredType(event)
    if (entered !== undefined && !QUIET.has(entered)) {
      open.set(state, timestamp)
      add(state, 0)
      const time = times.get(state)
      if (time) time.visits += 1
    } else if (exitedType(event) !== undefined && open.has(state)) {
      add(state, timestamp - (open.get(state) ?? timestamp))
      open.delete(state)
    }
  }
  for (const [state, since] of open) add(state, before - since)
  return {
    columns: ['step', 'visits', 'ms'],
    rows: [...times].map(([step, { visits, ms }]) => [step, visits, ms]),
  }
}
