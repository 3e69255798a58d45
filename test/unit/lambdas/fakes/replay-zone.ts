import { gzipSync } from 'node:zlib'
import { KinesisClient, type PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { vi } from 'vitest'
import { startReplay } from '../../../../lambdas/start-replay/start-replay.ts'
import { executionArn, type FakeAws, RAW_BUCKET } from './fake-aws.ts'

/** When every replay of these tests is started. */
export const NOW = '2026-11-02T00:00:00.000Z'

export const HOUR = 3_600_000
export const TEN = Date.UTC(2026, 10, 1, 10)

/** Seconds behind 10:00 of 1 November 2026. */
export const at = (seconds: number): string => new Date(TEN + seconds * 1000).toISOString().slice(0, -1)

/** A line as Firehose persists it: sent so many seconds behind 10:00. */
export const line = (user: number | string, seconds: number, more: object = {}): string =>
  JSON.stringify({ user_id: user, txn_timestamp: at(seconds), ...more })

/** The key of an object that arrived in an hour of 1 November 2026. */
export const keyOf = (hour: number, name: string): string =>
  `ecomm_user_activity_stream/p_year=2026/p_month=11/p_day=01/p_hour=${String(hour).padStart(2, '0')}/${name}.json.gz`

/** Persists lines as one object. */
export function persist(
  aws: FakeAws,
  hour: number,
  name: string,
  lines: readonly string[],
  bucket = RAW_BUCKET,
): string {
  const key = keyOf(hour, name)
  aws.s3.put(bucket, key, gzipSync(`${lines.join('\n')}\n`))
  return key
}

export const REPLAY = { run: 'replay-again', execution: executionArn('replay', 'again') }

/** Starts a replay of a range, by seconds behind 10:00. */
export const begin = (from: number, to: number, more: object = {}) =>
  startReplay({
    ...REPLAY,
    startedAt: NOW,
    input: { from: `${at(from)}Z`, to: `${at(to)}Z`, rate: 100_000, ...more },
  })

type Entry = { readonly PartitionKey: string; readonly Data: Uint8Array }

/** A stream 1 that takes what `refuses` lets through; gives what it has taken, in its order. */
export function fakeStream(refuses: (text: string) => boolean = () => false) {
  const taken: { readonly key: string; readonly text: string }[] = []
  const calls: number[] = []
  const send = async (command: PutRecordsCommand) => {
    const records = (command.input.Records ?? []) as Entry[]
    calls.push(records.length)
    return {
      Records: records.map(({ PartitionKey: key, Data }) => {
        const text = Buffer.from(Data).toString()
        if (refuses(text)) return { ErrorCode: 'ProvisionedThroughputExceededException' }
        taken.push({ key, text })
        return { SequenceNumber: String(taken.length) }
      }),
    }
  }
  vi.spyOn(KinesisClient.prototype as unknown as { send: typeof send }, 'send').mockImplementation(send)
  return { taken, calls }
}
