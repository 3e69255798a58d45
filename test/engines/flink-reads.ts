import { userRecords } from '../../local/kinesis/user-records.ts'
import { RuleEngine } from '../../local/stream/engine/rule-engine.ts'
import { EVENT_GRAMMAR } from '../../stream/event-grammar.ts'
import { readRecord } from '../../stream/read-record.ts'
import { parseTimestamp } from '../../stream/timestamp.ts'
import { runFlinkJava } from './run-flink-java.ts'

/** A record of stream 1: its bytes, and when it arrived in milliseconds since 1970. */
export interface Arrived {
  readonly data: Uint8Array
  readonly arrived: number
}

/** A row that a record becomes: all columns as texts, times in milliseconds; first those of an event, then those of a dead letter. */
export type RowTexts = readonly (string | null)[]

const SHARD = 'shardId-000000000001'
const SEQUENCE_NUMBER = '7'

const ms = (text: string): string => String(parseTimestamp(text)?.ms)

/** The rows of a record as this repository's own reader has them. */
export function rowsHere({ data, arrived }: Arrived): RowTexts[] {
  const place = { shard: SHARD, sequenceNumber: SEQUENCE_NUMBER }
  return userRecords({ data, partitionKey: 'k', sequenceNumber: SEQUENCE_NUMBER, arrival: arrived }).map(
    (part) => {
      const { event, deadLetter } = readRecord({ ...place, data: part, arrived })
      if (deadLetter) {
        const { raw, reasons, shard, sequence_number } = deadLetter
        return [...EVENT_GRAMMAR.map(() => null), raw, reasons, shard, sequence_number, String(arrived)]
      }
      const columns = EVENT_GRAMMAR.map(({ name, kind }) => {
        const value = event[name as keyof typeof event]
        return value === null ? null : kind === 'time' ? ms(String(value)) : String(value)
      })
      return [...columns, null, null, null, null, null]
    },
  )
}

/** What a class of the application's tests says of each record, in one start of Java. */
async function saidInJava(name: string, records: readonly Arrived[]): Promise<string[]> {
  const input = records.map(({ data, arrived }) => `${arrived},${Buffer.from(data).toString('base64')}\n`)
  const { code, stdout, stderr } = await runFlinkJava(`ecomm.streaming.${name}`, [], input.join(''))
  if (code !== 0) throw new Error(`ecomm.streaming.${name} ended with code ${code}: ${stderr}`)
  return stdout.trimEnd().split('\n')
}

/** The rows of records as the Flink application has them. */
export const rowsInJava = async (records: readonly Arrived[]): Promise<RowTexts[][]> =>
  (await saidInJava('ReadRecords', records)).map((line) => JSON.parse(line))

/** The watermark of a shard after each of its records, in milliseconds since 1970, as the Flink application has it. */
export const watermarksInJava = async (records: readonly Arrived[]): Promise<number[]> =>
  (await saidInJava('WatermarkAfterEach', records)).map(Number)

/** The same as the embedded engine has it. */
export function watermarksHere(records: readonly Arrived[]): number[] {
  const engine = new RuleEngine({ rules: [], emit: () => {} })
  engine.addShard(SHARD)
  return records.map(({ data, arrived }, at) => {
    const place = { shard: SHARD, sequenceNumber: String(at) }
    const { event } = readRecord({ ...place, data, arrived })
    if (event) engine.take(SHARD, place.sequenceNumber, event, arrived)
    else engine.skip(SHARD, place.sequenceNumber)
    return engine.watermark
  })
}
