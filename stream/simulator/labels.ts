import { z } from 'zod'
import { timestampText } from '../timestamp.ts'
import type { Label } from './simulated-event.ts'

const ids = z.array(z.string())

/** A label as the side file has it: when its events were sent (`txn_timestamp`, UTC), how many, and whom they are about. */
export const labelRecord = z.object({
  kind: z.enum(['attack', 'hard-case']),
  name: z.string(),
  from: z.string(),
  to: z.string(),
  events: z.number(),
  users: ids,
  products: ids,
  categories: ids,
})
export type LabelRecord = z.output<typeof labelRecord>

/** Learns from the events that go by when each label was. */
export class LabelBook {
  readonly #spans = new Map<Label, { from: number; to: number; events: number }>()

  /** `time` is the event's `txn_timestamp`, in milliseconds since 1970. */
  saw(label: Label, time: number): void {
    const span = this.#spans.get(label) ?? { from: time, to: time, events: 0 }
    this.#spans.set(label, {
      from: Math.min(span.from, time),
      to: Math.max(span.to, time),
      events: span.events + 1,
    })
  }

  /** In the order in which they began. */
  spans(): { readonly label: Label; readonly from: number; readonly to: number }[] {
    return Array.from(this.#spans, ([label, { from, to }]) => ({ label, from, to }))
  }

  /** As JSON lines. */
  text(): string {
    return Array.from(this.#spans, ([{ kind, name, users, products, categories }, { from, to, events }]) => {
      const record: LabelRecord = {
        kind,
        name,
        from: timestampText(from),
        to: timestampText(to),
        events,
        users: users.map(String),
        products: products.map(String),
        categories: categories.map(String),
      }
      return `${JSON.stringify(record)}\n`
    }).join('')
  }
}
