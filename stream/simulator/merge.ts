import type { SimulatedEvent } from './simulated-event.ts'

type Events = Iterable<SimulatedEvent> | AsyncIterable<SimulatedEvent>

const iterate = (events: Events): AsyncIterator<SimulatedEvent> | Iterator<SimulatedEvent> =>
  Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]()

/** Several sequences that are in the order of their time as one that is; at the same instant the earlier argument goes first. */
export async function* merge(...sequences: readonly Events[]): AsyncGenerator<SimulatedEvent> {
  const open = sequences.map((events) => ({
    events: iterate(events),
    next: undefined as SimulatedEvent | undefined,
  }))
  const advance = async (one: (typeof open)[number]) => {
    const step = one.events.next()
    // A promise for every event would cost more than the event.
    const { done, value } = step instanceof Promise ? await step : step
    one.next = done ? undefined : value
  }
  for (const one of open) await advance(one)
  try {
    for (;;) {
      const [first, ...rest] = open.filter(({ next }) => next !== undefined)
      if (!first) return
      const earliest = rest.reduce(
        (least, one) =>
          (one.next as SimulatedEvent).time < (least.next as SimulatedEvent).time ? one : least,
        first,
      )
      yield earliest.next as SimulatedEvent
      await advance(earliest)
    }
  } finally {
    for (const { events } of open) await events.return?.()
  }
}
