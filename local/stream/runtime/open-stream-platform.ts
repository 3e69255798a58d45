import { existsSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment } from '../../../catalog/names.ts'
import type { Finding } from '../../../stream/findings.ts'
import { KPIS } from '../../../stream/kpis/index.ts'
import { ACCOUNT } from '../../account.ts'
import { UsageError } from '../../cli/exit-codes.ts'
import { openDynamoDb } from '../../dynamodb/dynamodb.ts'
import { EventSourceMapping } from '../../event-source/event-source-mapping.ts'
import { LakeBusyError, type LakeLock, lockLake } from '../../executor/lake-lock.ts'
import { createLambdaInvoker } from '../../executor/lambda-invoker.ts'
import { loadDefinitions } from '../../executor/load-definitions.ts'
import { writeDocument } from '../../files.ts'
import { DeliveryStream } from '../../firehose/delivery-stream.ts'
import { registerKinesisActions } from '../../kinesis/actions.ts'
import { StreamStore } from '../../kinesis/stream-store.ts'
import { Streams } from '../../kinesis/streams.ts'
import type { ShardLimits } from '../../kinesis/throttle.ts'
import type { Platform } from '../../platform.ts'
import { countRawLines } from './count-raw-lines.ts'
import { createStreams } from './create-streams.ts'
import { RuleReader } from './rule-reader.ts'
import { indexOf } from './shard-positions.ts'
import { streamFolder } from './stream-folder.ts'
import { type StreamParts, streamParts } from './stream-parts.ts'

export interface StreamPlatformOptions {
  readonly root: string
  readonly deployment: Deployment
  readonly platform: Platform
  /** Leaves the windows that an interrupted job had open. */
  readonly anew?: boolean
  readonly onFinding?: (finding: Finding) => void
  /** Told what went wrong and is tried again: the part, and the error. */
  readonly onError?: (part: string, error: unknown) => void
  /** Told how many findings the function could not process; they lie in the failures bucket. */
  readonly onDiscard?: (records: number) => void
  /** Limits of each shard of the streams, as AWS has them; without them a shard takes what the machine can. */
  readonly limits?: ShardLimits
  /** Milliseconds before a batch that the function failed at is sent again; all later waits go by it. */
  readonly retryMs?: number
}

export interface StreamPlatform extends AsyncDisposable {
  readonly streams: Streams
  readonly reader: RuleReader
  readonly parts: StreamParts
  /** Where DynamoDB answers. */
  readonly dynamodb: string
  /** Records of stream 1 that the rules have not read. */
  unread(): number
  /** Records that were put into stream 1 since the job began. */
  sent(): number
  /** Lines of the raw zone that the job's records are. */
  rawLines(): Promise<number>
  /** Begins to read; rejects when that can't go on. */
  start(): Promise<void>
  /** The input is over: closes all windows, and waits until everything is told and delivered. The job is not over by that. */
  drain(signal: AbortSignal): Promise<void>
  /** The job is over, which has to be the last thing about it: who is killed before goes on with it, and sends nothing again. */
  conclude(): void
  /** Both. */
  finish(signal: AbortSignal): Promise<void>
}

function lockStream(root: string): LakeLock {
  try {
    return lockLake(streamFolder(root).folder)
  } catch (error) {
    if (!(error instanceof LakeBusyError)) throw error
    throw new UsageError(
      `another process runs the real-time path of ${root}: end that with Ctrl-C, or name another folder with --lake`,
    )
  }
}

/** The real-time path of a lake, as its stack is synthesised: streams, rules, the function with its table, and the delivery. */
export async function openStreamPlatform(options: StreamPlatformOptions): Promise<StreamPlatform> {
  const { root, deployment, platform, anew = false, onError = () => {} } = options
  const { names, objects, registry } = platform
  const files = streamFolder(root)
  await using resources = new AsyncDisposableStack()
  resources.use(lockStream(root))
  const account = { account: ACCOUNT, region: deployment.region }
  const definitions = await loadDefinitions(deployment, account)
  const parts = streamParts(definitions, names)
  for (const bucket of [names.backupBucket, names.failuresBucket]) await objects.createBucket(bucket)

  const store = resources.use(new StreamStore(files.streams))
  const { limits, retryMs } = options
  const streams = new Streams({ store, account: ACCOUNT, ...(limits && { limits }) })
  createStreams(streams, parts)
  registerKinesisActions(registry, { streams, ...account })
  const dynamodb = resources.use(
    await openDynamoDb({ folder: files.tables, region: deployment.region, tables: parts.tables }),
  )
  writeDocument(files.running, {
    pid: process.pid,
    endpoint: platform.endpoint,
    dynamodb: dynamodb.endpoint,
  })
  resources.defer(() => rmSync(files.running, { force: true }))
  const functions = createLambdaInvoker({
    functions: definitions.functions,
    names,
    environment: {
      ...platform.environment,
      AWS_ENDPOINT_URL_KINESIS: platform.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    },
    writeLog: platform.logs.write,
  })
  resources.defer(() => functions.settled())
  await functions.prepare(parts.mapping.functionName)

  const delivery = new DeliveryStream({
    config: parts.delivery,
    streams,
    put: (bucket, key, body) => objects.put(bucket, key, body),
    checkpointFile: files.delivery,
    onError: (error) => onError('delivery', error),
  })
  resources.defer(() => delivery.stop())
  const mapping = new EventSourceMapping({
    config: parts.mapping,
    streams,
    // It ends by its own timeout, as on AWS: stopping waits for what is under way.
    invoke: (name, event) => functions.invoke(name, event, new AbortController().signal),
    keep: (bucket, key, body) => objects.put(bucket, key, body),
    checkpointFile: files.mapping,
    onError: (error) => onError('event source', error),
    onDiscard: ({ records }) => options.onDiscard?.(records.length),
    ...(retryMs !== undefined && { retryMs }),
  })
  resources.defer(() => mapping.stop())
  const reader = new RuleReader({
    streams,
    names: { events: names.eventStream, findings: names.findingStream, deadLetters: names.deadLetterStream },
    rules: parts.rules,
    kpis: KPIS,
    file: files.job,
    anew,
    ...(options.onFinding && { onFinding: options.onFinding }),
    onError: (error) => onError('rules', error),
  })
  // Why it could not go on is what `start` rejects with.
  resources.defer(() => reader.stop().catch(() => {}))

  const behind = (positions: Iterable<readonly [string, string | null]>): number =>
    Array.from(positions, ([shard, read], at) => {
      const number = Number(/\d+$/.exec(shard)?.[0] ?? at)
      return store.last(names.eventStream, number) - indexOf(read)
    }).reduce((sum, count) => sum + count, 0)
  const drain = async (signal: AbortSignal): Promise<void> => {
    // Where nothing can be written the rules would try for ever.
    const stop = () => void reader.stop().catch(() => {})
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    await reader.finish()
    signal.removeEventListener('abort', stop)
    while (!mapping.isCaughtUp() && !signal.aborted) await sleep(20, undefined, { signal }).catch(() => {})
    await mapping.stop()
    await delivery.finish(signal)
  }
  const open = resources.move()
  return {
    streams,
    reader,
    parts,
    dynamodb: dynamodb.endpoint,
    unread: () => behind(reader.positions),
    sent: () => behind(Object.entries(reader.job.base)),
    rawLines: () => countRawLines({ objects, streams, delivery: parts.delivery, base: reader.job.base }),
    start() {
      delivery.start()
      mapping.start()
      return reader.start()
    },
    drain,
    conclude: () => reader.conclude(),
    async finish(signal) {
      await drain(signal)
      if (!signal.aborted) reader.conclude()
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Whether a lake ever had a real-time path. */
export const hasStream = (root: string): boolean => existsSync(streamFolder(root).tables)
