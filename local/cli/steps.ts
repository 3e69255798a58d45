import type { HistoryEvent } from '../executor/execution-store.ts'
import type { Table } from './format.ts'

/** The time that each step of the machine itself took (a Map counts as one), in the order in which they ran. */
export function stepTimes(history: readonly HistoryEvent[]): Table {
  const entered = new Map<string, number>()
  const times = new Map<string, { visits: number; ms: number }>()
  for (const { type, state, stateType, parent, timestamp } of history) {
    if (state === undefined || parent !== undefined || stateType === 'Choice' || stateType === 'Succeed')
      continue
    if (type === 'StateEntered') {
      entered.set(state, timestamp)
      if (!times.has(state)) times.set(state, { visits: 0, ms: 0 })
    } else if (type === 'StateExited') {
      const time = times.get(state)
      if (!time) continue
      time.visits += 1
      time.ms += timestamp - (entered.get(state) ?? timestamp)
    }
  }
  return {
    columns: ['step', 'visits', 'ms'],
    rows: [...times].map(([step, { visits, ms }]) => [step, visits, ms]),
  }
}
