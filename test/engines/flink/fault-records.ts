import { LIMITS } from '../../../local/kinesis/limits.ts'
import type { RecordToPut } from '../../../local/kinesis/streams.ts'
import { LONGEST_RAW } from '../../../stream/dead-letter.ts'
import { HOUR, MINUTE, SECOND } from '../../../stream/rules/window.ts'
import { AggregatingSender } from '../../../stream/simulator/aggregating-sender.ts'
import type { Outgoing } from '../../../stream/simulator/outgoing.ts'
import { EVENT_CASES } from '../../unit/stream/event-cases.ts'
import { eventText } from './labelled-records.ts'
import { hashKeyIn } from './stage.ts'

/** What each shard is there for. */
export const SHARD = { main: 0, second: 1, fallsIdle: 2, empty: 3, deadLettersOnly: 4 } as const
export const FAULT_SHARDS = Object.keys(SHARD).length
/** The time of the events of `EVENT_CASES`. */
export const BASE = Date.UTC(2019, 9, 1)

/** Who does what, so that each test knows what is its own. */
export const USER = {
  outOfOrder: 1001,
  duplicates: 1002,
  large: 1003,
  future: 1004,
  aggregated: 1005,
  lateForSome: 1006,
  lateForAll: 1007,
  backFromIdle: 1008,
  away: 1009,
  beyondNumbers: 9007199254740993n,
  besideIt: 9007199254740992n,
  largest: 9223372036854775807n,
} as const

export const record = (shard: number, data: string | Uint8Array): RecordToPut => ({
  partitionKey: `shard-${shard}`,
  explicitHashKey: hashKeyIn(shard, FAULT_SHARDS),
  data: Buffer.from(data),
})

/** A view of one product more by a user, at a second of the scenario. */
export const view = (user: number | bigint, second: number, product: number, asText = false): string => {
  const id = asText ? `"${user}"` : String(user)
  return eventText(id, BASE + second * SECOND, { product_id: String(product), user_session: `"of-${user}"` })
}
const PRODUCTS = 12
/** As many views as are an alarm, in ten seconds that begin at this one. */
export const burst = (user: number | bigint, second: number, asText = false): string[] =>
  Array.from({ length: PRODUCTS }, (_, at) => view(user, second + (at % 10), at + 1, asText))

/** A user each of a crowd does a little more than the reference rule likes: something to find for each of them. */
export const CROWD = 60
export const crowd = (second: number): RecordToPut[] =>
  Array.from({ length: CROWD }, (_, user) => user).flatMap((user) =>
    Array.from({ length: 7 }, (_, at) => record(SHARD.second, view(2000 + user, second + at, at + 1))),
  )

/** Shoppers who do nothing that anybody minds: two of them a second. */
export const background = (from: number, to: number): RecordToPut[] =>
  Array.from({ length: to - from }, (_, at) => from + at).flatMap((second) => [
    record(SHARD.main, view(500 + (second % 20), second, 100 + second)),
    record(SHARD.second, view(600 + (second % 20), second, 1000 + second)),
  ])

/** Many texts as one record, as the KPL packs them. */
async function packed(user: number, texts: readonly string[]): Promise<Buffer> {
  const packages: Outgoing[] = []
  const sender = new AggregatingSender({
    sent: { records: 0, events: 0, bytes: 0, resent: 0 },
    put: async (all) => void packages.push(...all),
    flush: async () => {},
  })
  await sender.put(texts.map((text) => ({ key: String(user), data: Buffer.from(text), events: 1 })))
  const [only, ...others] = packages
  if (!only || others.length > 0) throw new Error(`${packages.length} packages of ${texts.length} texts`)
  return Buffer.from(only.data)
}

const damaged = (data: Buffer): Buffer => {
  const copy = Buffer.from(data)
  copy[copy.length - 1] = (copy.at(-1) as number) ^ 0xff
  return copy
}

/** As long as a record may be with its key, whatever stands in it. */
const filled = (shard: number, textOf: (filler: string) => string): RecordToPut => {
  const { partitionKey } = record(shard, '')
  const left = LIMITS.recordBytes - partitionKey.length - Buffer.byteLength(textOf(''))
  return record(shard, textOf('x'.repeat(left)))
}

/** The grammar's cases: what they are said to become stands beside them there. */
const cases = Object.entries(EVENT_CASES)
  // Its time lies a day ahead of this scenario.
  .filter(([name]) => name !== 'a time with Z')
  .map(([, [text, outcome]]) => ({
    text,
    reasons: 'reasons' in outcome ? outcome.reasons.join(',') : undefined,
  }))

export interface Scenario {
  readonly records: readonly RecordToPut[]
  /** What producers sent in them, one by one. */
  readonly userRecords: number
  /** Raw text and reasons of those that are no events. */
  readonly deadLetters: readonly (readonly [raw: string, reasons: string])[]
}

/** The first minute: everything that can be wrong with a record. `now` is when it is sent, in milliseconds since 1970. */
export async function firstMinute(now: number): Promise<Scenario> {
  const main = (texts: readonly string[]) => texts.map((text) => record(SHARD.main, text))
  const inPackage = [...burst(USER.aggregated, 40), 'not JSON, in a package']
  const whole = await packed(USER.aggregated, inPackage)
  const future = [10 * MINUTE, 24 * HOUR, 50 * 365 * 24 * HOUR].map((ahead) =>
    eventText(USER.future, now + ahead),
  )
  const good = [
    ...main(cases.flatMap(({ text, reasons }) => (reasons === undefined ? [text] : []))),
    ...background(0, 30),
    // The latest first: none is more than ten seconds late.
    ...main(burst(USER.outOfOrder, 20).toReversed()),
    ...main(Array.from({ length: 20 }, (_, at) => view(USER.duplicates, 30, at % 4))),
    ...main([...burst(USER.beyondNumbers, 30).slice(0, 6), ...burst(USER.beyondNumbers, 30, true).slice(6)]),
    ...main(burst(USER.besideIt, 30).slice(0, 6)),
    ...main(burst(USER.largest, 30)),
    filled(SHARD.main, (filler) => view(USER.large, 30, 50).replace('"lenovo"', `"${filler}"`)),
    ...main(burst(USER.large, 30).slice(1)),
    ...main(future),
    ...main(burst(USER.future, 40)),
    record(SHARD.second, whole),
    ...background(30, 60),
    record(SHARD.fallsIdle, view(700, 55, 1)),
  ]
  const broken = cases.filter(({ reasons }) => reasons !== undefined)
  const notUtf8 = Buffer.from([0x7b, 0xff, 0xfe, 0x7d])
  const large = filled(SHARD.deadLettersOnly, (filler) => `not JSON ${filler}`)
  const bad = [
    ...broken.map(({ text }) => record(SHARD.deadLettersOnly, text)),
    ...[notUtf8, damaged(whole)].map((bytes) => record(SHARD.deadLettersOnly, bytes)),
    large,
  ]
  return {
    records: [...good, ...bad],
    userRecords: good.length + bad.length + inPackage.length - 1,
    deadLetters: [
      ...broken.map(({ text, reasons = '' }) => [text, reasons] as const),
      ...[notUtf8, damaged(whole)].map((bytes) => [bytes.toString('base64'), 'encoding'] as const),
      [large.data.toString().slice(0, LONGEST_RAW), 'json'],
      ['not JSON, in a package', 'json'],
      ...future.map((text) => [text, 'future'] as const),
    ],
  }
}
