import { timestampText } from '../timestamp.ts'
import type { SimulatedEvent } from './simulated-event.ts'

/** A sequence again and again without end, each time behind the last one: its times are moved by as much as it lasted. */
export async function* repeat(
  open: () => AsyncIterable<SimulatedEvent> | Iterable<SimulatedEvent>,
): AsyncGenerator<SimulatedEvent> {
  let shift = 0
  for (;;) {
    let first: number | undefined
    let last = 0
    for await (const event of open()) {
      first ??= event.time
      last = Math.max(last, event.time)
      yield shift === 0 ? event : moved(event, shift)
    }
    if (first === undefined) return
    // A second more, so that the first event of the next round is not at the instant of the last one.
    shift += Math.floor((last - first) / 1000 + 1) * 1000
  }
}

function moved(event: SimulatedEvent, by: number): SimulatedEvent {
  const time = event.time + by
  return { ...event, time, event_time: timestampText(Math.floor(time / 1000) * 1000) }
}
