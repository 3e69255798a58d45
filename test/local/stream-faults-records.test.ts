import { PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../local/kinesis/limits.ts'
import { LONGEST_RAW } from '../../stream/dead-letter.ts'
import { KinesisSender } from '../../stream/simulator/kinesis-sender.ts'
import { aggregated, damaged } from '../unit/local/kinesis/aggregated.ts'
import { alarm, expectAllThere, flood, names, openPath, userIn, view } from './stream-path.ts'

const user = userIn(0)
/** An event of so many bytes, its partition key included: what Kinesis counts. */
const large = (bytes: number, key: number): string => {
  const rest = Buffer.byteLength(view(key, 1, { padding: '' })) + String(key).length
  return view(key, 1, { padding: 'x'.repeat(bytes - rest) })
}

describe('the largest record', () => {
  it('of 1 MiB is an event as others are', async () => {
    const path = await openPath()
    const sent = [large(LIMITS.recordBytes, user), ...flood(user)]
    await path.put(user, sent)
    await path.end()
    expectAllThere(path, sent)
    expect(path.told()).toEqual([alarm(user)])
  })

  it('and a byte is refused by the API, and the sender says so before it tries', async () => {
    const path = await openPath()
    const data = Buffer.from(large(LIMITS.recordBytes + 1, user))
    const Records = [{ PartitionKey: String(user), Data: data }]
    await expect(
      path.client.send(new PutRecordsCommand({ StreamName: names.eventStream, Records })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('1048577 bytes'),
    })
    const sender = new KinesisSender({ client: path.client, stream: names.eventStream })
    await expect(sender.put([{ key: String(user), data, events: 1 }])).rejects.toThrow(
      `A record of ${user} has 1048577 bytes: Kinesis takes 1 MiB, key included.`,
    )
    await path.put(user, [view(user, 1)])
    await path.end()
    expectAllThere(path, [view(user, 1)])
  })

  it.each([
    ['is no JSON', '\u0001'.repeat(LIMITS.recordBytes - 10), 'json'],
    ['is not UTF-8', Buffer.alloc(LIMITS.recordBytes - 10, 0xff), 'encoding'],
  ])(
    'that %s has a dead letter with its beginning, which fits into a record; the raw zone has all',
    async (_, record, reason) => {
      const path = await openPath()
      await path.put(user, [record, view(user, 1)])
      await path.end()
      expectAllThere(path, [record, view(user, 1)], { dead: 1 })
      const [letter] = path.deadLetters()
      expect(letter?.reasons).toBe(reason)
      const whole = Buffer.from(record)
      const begins = Buffer.from(letter?.raw ?? '', reason === 'json' ? 'utf8' : 'base64')
      expect(whole.subarray(0, begins.length).equals(begins)).toBe(true)
      expect(letter?.raw).toHaveLength(LONGEST_RAW)
      expect(Buffer.byteLength(JSON.stringify(letter))).toBeLessThan(LIMITS.recordBytes)
    },
  )
})

describe('a record that is no event', () => {
  const NOT_UTF8 = Buffer.from('7b22ff22fe3a317d', 'hex')
  it.each<[string, string | Buffer, string, string]>([
    ['not JSON', 'GET / HTTP/1.1', 'json', 'GET / HTTP/1.1'],
    ['JSON in two lines that end too early', '{"user_id":1,\n"event', 'json', '{"user_id":1,\n"event'],
    ['empty', '', 'json', ''],
    ['not UTF-8', NOT_UTF8, 'encoding', NOT_UTF8.toString('base64')],
    [
      'without a user_id',
      view(user, 1, { user_id: undefined }),
      'user_id',
      view(user, 1, { user_id: undefined }),
    ],
    ['with a user_id of null', view(user, 1, { user_id: null }), 'user_id', view(user, 1, { user_id: null })],
  ])(
    '%s is a dead letter with its text and the reason, and holds nobody up',
    async (_, record, reasons, raw) => {
      const path = await openPath()
      const sent = [...flood(user, 0, 6), record, ...flood(user, 5, 6)]
      await path.put(user, sent)
      await path.end()
      expectAllThere(path, sent, { dead: 1 })
      expect(path.deadLetters()).toMatchObject([{ reasons, raw }])
      expect(await path.alerts()).toEqual([`${user} 12 high`])
      expect(path.told()).toEqual([alarm(user)])
    },
  )
})

describe('ids above 2^53', () => {
  it('are exact, as numbers and as texts: their neighbours are other users', async () => {
    const path = await openPath()
    const [id, neighbour] = ['9007199254740993', '9007199254740992']
    // As a number that JavaScript could not write.
    const asNumbers = (texts: readonly string[]) =>
      texts.map((text) => text.replace(/"user_id":"(\d+)"/, '"user_id":$1'))
    const sent = [...asNumbers(flood(id, 0, 6)), ...flood(id, 5, 6), ...asNumbers(flood(neighbour, 0, 5))]
    expect(sent[0]).toContain(`"user_id":${id},`)
    await path.put(id, sent)
    await path.end()
    expectAllThere(path, sent)
    expect(await path.alerts()).toEqual([`${id} 12 high`])
    expect(path.told()).toEqual([alarm(id)])
  })
})

describe('aggregated records', () => {
  it('are events one by one, in the raw zone too; a damaged one is a dead letter, kept as it came', async () => {
    const path = await openPath()
    const events = flood(user)
    const { data, explicitHashKey } = await aggregated(String(user), events)
    const broken = damaged((await aggregated(String(user), ['one', 'two'])).data)
    await path.client.send(
      new PutRecordsCommand({
        StreamName: names.eventStream,
        Records: [data, broken].map((one) => ({
          PartitionKey: 'a',
          Data: one,
          ExplicitHashKey: explicitHashKey,
        })),
      }),
    )
    await path.put(user, [view(user, 1)])
    await path.end()
    expectAllThere(path, [...events, broken, view(user, 1)], { dead: 1 })
    expect(path.stream.reader.progress.records).toBe(3)
    expect(path.deadLetters()).toMatchObject([{ reasons: 'encoding', raw: broken.toString('base64') }])
    expect(await path.alerts()).toEqual([`${user} 13 high`])
    expect(path.told()).toEqual([alarm(user)])
  })
})
