import { gzipSync } from 'node:zlib'
import { S3ServiceException } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../lambdas/unpack-archive/handler.ts'
import { unpackArchive } from '../../../lambdas/unpack-archive/unpack-archive.ts'
import { type FakeAws, fakeAws, RAW_BUCKET } from './fakes/fake-aws.ts'
import { zip } from './fakes/zip.ts'

const FOLDER = 'ecomm_user_activity/p_year=2019/p_month=10/'
const TARGET = 'ecomm_user_activity_uncompressed/p_year=2019/p_month=10/2019-Oct.csv'
const CSV = `event_time,event_type\n${'2019-10-01 00:00:00 UTC,view\n'.repeat(50)}`

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

function upload(name: string, bytes: Buffer) {
  aws.s3.put(RAW_BUCKET, `${FOLDER}${name}`, bytes)
  return { key: `${FOLDER}${name}`, target: TARGET }
}

const unpack = (name: string, bytes: Buffer) => handler({ run: 'r1', archive: upload(name, bytes) })
const unpacked = () => aws.s3.text(RAW_BUCKET, TARGET)

describe('a good archive', () => {
  it.each([
    ['zip with one CSV', '2019-Oct.zip', zip({ name: '2019-Oct.csv', content: CSV })],
    ['zip without compression', '2019-Oct.zip', zip({ name: '2019-Oct.csv', content: CSV, method: 0 })],
    [
      'zip as macOS makes it',
      '2019-Oct.ZIP',
      zip(
        { name: 'data/', content: '' },
        { name: 'data/2019-Oct.csv', content: CSV },
        { name: '__MACOSX/data/._2019-Oct.csv', content: 'x' },
        { name: 'data/.DS_Store', content: 'x' },
      ),
    ],
    ['gzip', '2019-Oct.csv.gz', gzipSync(CSV)],
    [
      'gzip of several members',
      '2019-Oct.csv.gz',
      Buffer.concat([gzipSync(CSV.slice(0, 99)), gzipSync(CSV.slice(99))]),
    ],
  ])('%s is unpacked', async (_, name, bytes) => {
    await unpack(name, bytes)
    expect(unpacked()).toBe(CSV)
  })

  it('of several parts is uploaded whole', async () => {
    const large = Buffer.alloc(40 * 2 ** 20, 'event,\n')
    await unpackArchive(upload('2019-Oct.zip', zip({ name: '2019-Oct.csv', content: large, method: 0 })))
    expect(aws.s3.objects.get(`${RAW_BUCKET}/${TARGET}`)?.bytes.equals(large)).toBe(true)
    expect(aws.s3.openUploads).toBe(0)
  })

  it('is not unpacked a second time', async () => {
    const first = await unpack('2019-Oct.csv.gz', gzipSync(CSV))
    const puts = vi.spyOn(aws.s3, 'put')
    expect(
      await handler({ run: 'r1', archive: { key: `${FOLDER}2019-Oct.csv.gz`, target: TARGET } }),
    ).toEqual(first)
    expect(puts).not.toHaveBeenCalled()
  })
})

const broken = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}

describe('a bad archive is refused by name, and nothing is left behind', () => {
  it.each([
    [
      'two CSVs',
      zip({ name: 'a.csv', content: CSV }, { name: 'b.csv', content: CSV }),
      /holds 2 files \(a.csv, b.csv\): pack each/,
    ],
    ['no file', zip({ name: 'data/', content: '' }), /holds no file/],
    ['another file', zip({ name: 'notes.txt', content: 'x' }), /notes.txt, which is no .csv/],
    [
      'a way out of its folder',
      zip({ name: '../a.csv', content: CSV }),
      /invalid relative path: \.\.\/a.csv/,
    ],
    ['an absolute name', zip({ name: '/etc/a.csv', content: CSV }), /absolute path: \/etc\/a.csv/],
    [
      'a password',
      zip({ name: 'a.csv', content: CSV, flags: 1 }),
      /a.csv encrypted: pack it without a password/,
    ],
    ['an unknown method', zip({ name: 'a.csv', content: CSV, method: 12 }), /packed by method 12/],
    [
      'a wrong checksum',
      zip({ name: 'a.csv', content: CSV, claims: { crc32: 1 } }),
      /a.csv of .* is corrupt \(its CRC32/,
    ],
    [
      'a lie about its size',
      zip({ name: 'a.csv', content: CSV, claims: { size: 10 } }),
      /a.csv of .* is corrupt \(too many bytes/,
    ],
    [
      'no directory',
      Buffer.from('this is no zip archive at all, only text'),
      /can't be read as a zip archive/,
    ],
    [
      'a broken local header',
      broken(zip({ name: 'a.csv', content: CSV }), 0),
      /can't be read as a zip archive/,
    ],
  ])('zip with %s', async (_, bytes, reason) => {
    const error = await unpack('2019-Oct.zip', bytes).catch((e: Error) => e)
    expect(error).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(reason) })
    expect((error as Error).message).toContain(`${FOLDER}2019-Oct.zip`)
    expect(unpacked()).toBeUndefined()
  })

  it.each([
    [
      'cut',
      gzipSync(CSV).subarray(0, -20),
      /2019-Oct.csv of .* is corrupt \(unexpected end of file\): upload/,
    ],
    [
      'with a flipped bit',
      broken(gzipSync(CSV), gzipSync(CSV).length - 6),
      /is corrupt \(incorrect data check\)/,
    ],
    ['that is none', Buffer.from('event_time,event_type'), /is corrupt \(incorrect header check\)/],
    ['of no bytes', Buffer.alloc(0), /is empty: upload it again/],
  ])('gzip %s', async (_, bytes, reason) => {
    await expect(unpack('2019-Oct.csv.gz', bytes)).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(reason),
    })
    expect(unpacked()).toBeUndefined()
  })

  it('that is gone', async () => {
    const archive = { key: `${FOLDER}x.zip`, target: TARGET }
    await expect(handler({ run: 'r1', archive })).rejects.toThrow(/x.zip is gone/)
  })

  it('a bomb, whatever its header says, while its parts are already on the way', async () => {
    const zeros = Buffer.alloc(40 * 2 ** 20)
    const archive = upload('2019-Oct.zip', zip({ name: 'a.csv', content: zeros }))
    const limits = { bytes: 2 ** 40, ratio: 100, ratioFloor: 36 * 2 ** 20 }
    await expect(unpackArchive(archive, limits)).rejects.toThrow(
      /a.csv of .* unpacks to more than 100 times its packed size/,
    )
    expect(unpacked()).toBeUndefined()
    expect(aws.s3.openUploads).toBe(0)
  })

  it('one that is too large altogether', async () => {
    const limits = { bytes: 1_000, ratio: 100, ratioFloor: 1e9 }
    const archive = upload('2019-Oct.csv.gz', gzipSync(CSV))
    await expect(unpackArchive(archive, limits)).rejects.toThrow(/more than 1,000 bytes.*unpack it yourself/)
  })
})

it.each([
  ['2019-Oct.zip', zip({ name: 'a.csv', content: CSV })],
  ['2019-Oct.csv.gz', gzipSync(CSV)],
])('trouble with S3 is not the fault of %s, and keeps its name for the retry', async (name, bytes) => {
  const slowDown = new S3ServiceException({
    name: 'SlowDown',
    $fault: 'server',
    message: 'slow',
    $metadata: {},
  })
  const archive = upload(name, bytes)
  const send = aws.s3.send.bind(aws.s3)
  vi.spyOn(aws.s3, 'send').mockImplementation(async (command) => {
    const { input } = command as { input: { Range?: string } }
    if (input.Range) throw slowDown
    return send(command)
  })
  await expect(unpackArchive(archive)).rejects.toBe(slowDown)
})

it.each([
  ['2019-Oct.zip', zip({ name: 'a.csv', content: CSV })],
  ['2019-Oct.csv.gz', gzipSync(CSV)],
])('%s that is replaced while it is unpacked is neither mixed up nor called corrupt', async (name, bytes) => {
  const archive = upload(name, bytes)
  const send = aws.s3.send.bind(aws.s3)
  vi.spyOn(aws.s3, 'send').mockImplementation(async (command) => {
    const { input } = command as { input: { Range?: string } }
    if (input.Range) aws.s3.put(RAW_BUCKET, archive.key, Buffer.concat([bytes, bytes]))
    return send(command)
  })
  await expect(unpackArchive(archive)).rejects.toMatchObject({
    name: 'InvalidInputError',
    message: `${archive.key} was replaced while it was unpacked: start a new execution when its upload is complete.`,
  })
  expect(unpacked()).toBeUndefined()
})

it('an object that vanishes while it is unpacked is no success', async () => {
  const archive = upload('2019-Oct.csv.gz', gzipSync(CSV))
  const put = aws.s3.put.bind(aws.s3)
  vi.spyOn(aws.s3, 'put').mockImplementation((bucket, key, body) => {
    const etag = put(bucket, key, body)
    if (key === TARGET) aws.s3.objects.delete(`${bucket}/${key}`)
    return etag
  })
  await expect(unpackArchive(archive)).rejects.toThrow(/was removed while it was unpacked/)
})
