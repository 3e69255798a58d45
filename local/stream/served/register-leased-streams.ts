import { z } from 'zod'
import type { Names } from '../../../catalog/names.ts'
import { ACCOUNT } from '../../account.ts'
import { DYNAMODB_ACTIONS } from '../../dynamodb/table-actions.ts'
import { registerKinesisActions } from '../../kinesis/actions.ts'
import type { Streams } from '../../kinesis/streams.ts'
import { Registry } from '../../registry.ts'
import type { StreamParts } from '../runtime/stream-parts.ts'
import { type Call, callElsewhere } from './call-elsewhere.ts'
import { StreamLease } from './stream-lease.ts'

export interface LeasedStreamsOptions {
  readonly root: string
  readonly region: string
  readonly names: Names
  /** The stack's streams and tables; asked only where they are not there yet. */
  readonly parts: () => Promise<StreamParts>
}

const kinesis = { prefix: 'Kinesis_20131202', contentType: 'application/x-amz-json-1.1' }
const dynamodb = { prefix: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' }
const anything = z.unknown()

const call = (service: Pick<Call, 'prefix' | 'contentType'>, action: string, input: unknown) => ({
  ...service,
  action: action.charAt(0).toUpperCase() + action.slice(1),
  input,
})

/**
 * Kinesis and DynamoDB on a lake's registry, whether its real-time path runs or not: see `StreamLease`. `lake stream` puts its
 * own Kinesis over this one.
 */
export function registerLeasedStreams(registry: Registry, options: LeasedStreamsOptions): AsyncDisposable {
  const { root, region, names, parts } = options
  const streams = [names.eventStream, names.findingStream, names.deadLetterStream]
  const lease = new StreamLease({ root, region, streams, parts })

  let current: Streams | undefined
  const here = new Registry()
  registerKinesisActions(here, {
    account: ACCOUNT,
    region,
    get streams() {
      return current as Streams
    },
  })
  for (const name of here.actions()) {
    const action = name.slice('kinesis:'.length)
    registry.register('kinesis', action, anything, (input, context) =>
      lease.use(
        (held) => {
          // One at a time is open, so whoever waits for a turn means the same.
          current = held.streams
          return here.call('kinesis', action, input, context)
        },
        ({ endpoint }) => callElsewhere(endpoint, { ...call(kinesis, action, input), ...context }),
        context.signal,
      ),
    )
  }
  for (const action of DYNAMODB_ACTIONS)
    registry.register('dynamodb', action, anything, (input, context) => {
      const ask = (endpoint: string) =>
        callElsewhere(endpoint, { ...call(dynamodb, action, input), ...context })
      return lease.use(
        async (held) => ask(await held.tables()),
        (running) => ask(running.dynamodb),
        context.signal,
      )
    })
  return lease
}
