import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Outgoing, Sender, Sent } from './outgoing.ts'

/** Writes events as JSON lines, to look at them or to keep them. */
export class LineSender implements Sender {
  readonly sent: Sent = { records: 0, events: 0, bytes: 0, resent: 0 }
  readonly #out: Writable

  constructor(out: Writable) {
    this.#out = out
  }

  async put(records: readonly Outgoing[]): Promise<void> {
    for (const { data, events } of records) {
      this.sent.records++
      this.sent.events += events
      this.sent.bytes += data.byteLength
    }
    const lines = Buffer.concat(records.flatMap(({ data }) => [data, NEWLINE]))
    if (!this.#out.write(lines)) await once(this.#out, 'drain')
  }

  async flush(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#out.write('', (error) => (error ? reject(error) : resolve()))
    })
  }
}

const NEWLINE = Buffer.from('\n')
