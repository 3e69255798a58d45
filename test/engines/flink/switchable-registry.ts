import { registerKinesisActions } from '../../../local/kinesis/actions.ts'
import type { StreamStore } from '../../../local/kinesis/stream-store.ts'
import { Streams, type StreamsOptions } from '../../../local/kinesis/streams.ts'
import { type CallContext, Registry } from '../../../local/registry.ts'

export const ACCOUNT = '000000000000'
export const REGION = 'us-east-1'
export const arnOf = (name: string): string => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`

const kinesis = (store: StreamStore, limits: StreamsOptions['limits']): Registry => {
  const registry = new Registry()
  const streams = new Streams({ store, account: ACCOUNT, ...(limits && { limits }) })
  registerKinesisActions(registry, { streams, account: ACCOUNT, region: REGION })
  return registry
}

/** The emulated Kinesis over a store, whose limits can be switched while it is in use. */
export class SwitchableRegistry extends Registry {
  readonly #store: StreamStore
  #inner: Registry
  /** Records of PutRecords, and reads, that were refused. */
  readonly refused = { records: 0, reads: 0 }

  constructor(store: StreamStore) {
    super()
    this.#store = store
    this.#inner = kinesis(store, undefined)
  }

  limit(limits: StreamsOptions['limits']): void {
    this.#inner = kinesis(this.#store, limits)
  }

  override async call(service: string, action: string, input: unknown, context: CallContext) {
    try {
      const answer = await this.#inner.call(service, action, input, context)
      if (action === 'PutRecords')
        this.refused.records += (answer as { FailedRecordCount: number }).FailedRecordCount
      return answer
    } catch (error) {
      if (action === 'GetRecords') this.refused.reads++
      throw error
    }
  }
}
