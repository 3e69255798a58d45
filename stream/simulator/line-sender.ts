import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Outgoing, Sender, Sent } from './outgoing.ts'
import { SimulationError } from './simulation-error.ts'

/** Writes events as JSON lines, to look at them or to keep them. */
export class LineSender implements Sender {
  readonly sent: Sent = { records: 0, events: 0, bytes: 0, resent: 0 }
  readonly #out: Writable
  #failure: Error | undefined

  constructor(out: Writable) {
    this.#out = out
    out.once('error', (error) => {
      this.#failure = notWritten(error)
    })
  }

  async put(records: readonly Outgoing[]): Promise<void> {
    if (this.#failure) throw this.#failure
    for (const { data, events } of records) {
      this.sent.records++
      this.sent.events += events
      this.sent.bytes += data.byteLength
    }
    const lines = Buffer.concat(records.flatMap(({ data }) => [data, NEWLINE]))
    if (this.#out.write(lines)) return
    await once(this.#out, 'drain').catch((error) => {
      throw notWritten(error)
    })
  }

  async flush(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#out.write('', (error) => (error ? reject(notWritten(error)) : resolve()))
    })
  }
}

const NEWLINE = Buffer.from('\n')

const notWritten = (error: Error): SimulationError =>
  new SimulationError(`the events can't be written: ${error.message}`, { cause: error })
