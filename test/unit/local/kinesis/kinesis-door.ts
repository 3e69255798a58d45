import { KinesisClient } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { onTestFinished } from 'vitest'
import { registerKinesisActions } from '../../../../local/kinesis/actions.ts'
import { StreamStore } from '../../../../local/kinesis/stream-store.ts'
import { Streams, type StreamsOptions } from '../../../../local/kinesis/streams.ts'
import { Registry } from '../../../../local/registry.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { WireDoor } from '../../../../local/wire/door.ts'
import { clientConfig, temporaryFolder } from '../temporary-platform.ts'

export const ACCOUNT = '000000000000'
export const arnOf = (name: string): string => `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/${name}`

/** A client that speaks plain HTTP/1.1: Kinesis's own default is HTTP/2. */
export const kinesisClient = (endpoint: string): KinesisClient => {
  const client = new KinesisClient({ ...clientConfig({ endpoint }), requestHandler: new NodeHttpHandler() })
  onTestFinished(() => client.destroy())
  return client
}

/** The emulated Kinesis alone behind the wire door. */
export const openKinesis = async (options: Partial<StreamsOptions> & { readonly file?: string } = {}) => {
  const folder = temporaryFolder()
  const store = new StreamStore(options.file ?? `${folder}/kinesis.sqlite`)
  const streams = new Streams({ store, account: ACCOUNT, ...options })
  const registry = new Registry()
  registerKinesisActions(registry, { streams, account: ACCOUNT, region: 'us-east-1' })
  const door = new WireDoor(registry, new ObjectStore(folder, []), 'us-east-1')
  const endpoint = await door.open()
  const close = async () => {
    await door.close()
    store[Symbol.dispose]()
  }
  onTestFinished(close)
  return { streams, store, endpoint, client: kinesisClient(endpoint) }
}
