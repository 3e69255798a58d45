import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh'
import {
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Checksum } from '../../../../local/wire/s3/checksums.ts'
import { Bucket, openS3, raw } from './open-s3.ts'

test('a stream of unknown length arrives whole, with the checksum that the SDK sends behind it', async () => {
  const { s3, objects } = await openS3()
  const bytes = Buffer.alloc(3_000_000, 'lake')
  const Body = Readable.from([
    bytes.subarray(0, 10),
    bytes.subarray(10, 2_000_000),
    bytes.subarray(2_000_000),
  ])
  await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }))
  expect(await objects.text(Bucket, 'stream')).toBe(bytes.toString())
})
test('a body that is not what its checksum says leaves nothing', async () => {
  const { endpoint, objects } = await openS3()
  const wrong = [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }]
  for (const headers of wrong) {
    const answer = await raw(
      endpoint,
      'PUT',
      `/${Bucket}/a`,
      { ...headers, 'content-length': '5' } as never,
      'hello',
    )
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('<Code>BadDigest</Code>') })
  }
  const cut = {
    'x-amz-decoded-content-length': '9',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  }
  const answer = await raw(endpoint, 'PUT', `/${Bucket}/a`, cut, '5\r\nhello\r\n0\r\n\r\n')
  expect(answer.text).toContain('<Code>IncompleteBody</Code>')
  expect(await objects.text(Bucket, 'a')).toBeUndefined()
})

/** Those that the client has no code of its own for. */
const checksumAlgorithms = {
  SHA512: class {
    readonly #hash = createHash('sha512')
    update(bytes: Uint8Array) {
      this.#hash.update(bytes)
    }
    async digest() {
      return this.#hash.digest()
    }
    reset() {}
  },
  XXHASH3: Xxh3_64,
  XXHASH64: Xxh64,
  XXHASH128: Xxh3_128,
} as never

/** `123456789` in the algorithms' own test vectors, in hexadecimal. */
const VECTORS: Readonly<Record<string, string>> = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  MD5: '25f9e794323b453885f5181f1b624d0b',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
}

test.each(Object.entries(VECTORS))('%s is what others calculate', async (algorithm, expected) => {
  const sum = new Checksum(algorithm)
  for (const piece of ['1234', '', '56789']) sum.update(Buffer.from(piece))
  expect((await sum.end()).toString('hex')).toBe(expected)
})

/** An MD5 goes before the body, as Content-MD5. */
const TRAILING = Object.values(ChecksumAlgorithm).filter((name) => name !== 'MD5')

test.each(TRAILING)('a stream with a %s behind it is checked', async (algorithm) => {
  const { s3, objects } = await openS3({ checksumAlgorithms })
  const send = (Key: string, more: object = {}) =>
    s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: Readable.from([Buffer.from('1234'), Buffer.from('56789')]),
        ContentLength: 9,
        ChecksumAlgorithm: algorithm,
        ...more,
      }),
    )
  const answer = await send('good')
  expect(await objects.text(Bucket, 'good')).toBe('123456789')
  const field = `Checksum${algorithm}`
  expect(answer).toMatchObject({ [field]: expect.any(String), ChecksumType: 'FULL_OBJECT' })
  const wrong = Buffer.from((answer as never)[field], 'base64')
  wrong[0] = 255 - (wrong[0] ?? 0)
  await expect(send('bad', { [field]: wrong.toString('base64') })).rejects.toMatchObject({
    name: 'BadDigest',
  })
  expect(await objects.text(Bucket, 'bad')).toBeUndefined()
})

test('checksums that can not be checked are refused, not ignored', async () => {
  const { endpoint, objects } = await openS3()
  const put = async (headers: Record<string, string>, body = 'hello') =>
    (await raw(endpoint, 'PUT', `/${Bucket}/a`, headers, body)).text
  expect(await put({ 'x-amz-checksum-newest': 'AAAA' })).toContain('NEWEST')
  const two = { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-crc32c': 'mnG7TA==' }
  expect(await put(two)).toContain('Multiple checksum Types')
  const announced = {
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  }
  expect(await put(announced, '5\r\nhello\r\n0\r\n\r\n')).toContain('MalformedTrailerError')
  expect(await put({ 'x-amz-content-sha256': '0'.repeat(64) })).toContain('XAmzContentSHA256Mismatch')
  expect(await objects.text(Bucket, 'a')).toBeUndefined()
  const right = createHash('sha256').update('hello').digest('hex')
  expect(await put({ 'x-amz-content-sha256': right })).toBe('')
})

const base64 = async (algorithm: string, ...pieces: Uint8Array[]): Promise<string> => {
  const sum = new Checksum(algorithm)
  for (const piece of pieces) sum.update(piece)
  return (await sum.end()).toString('base64')
}

test('an upload is checked part by part and as a whole', async () => {
  const { s3, objects } = await openS3()
  const upload = { Bucket, Key: 'big' }
  const created = await s3.send(
    new CreateMultipartUploadCommand({ ...upload, ChecksumAlgorithm: 'CRC32C', ChecksumType: 'COMPOSITE' }),
  )
  expect(created).toMatchObject({ ChecksumAlgorithm: 'CRC32C', ChecksumType: 'COMPOSITE' })
  const { UploadId } = created
  const contents = [Buffer.alloc(5 * 2 ** 20, 'a'), Buffer.from('end')]
  const Parts = await Promise.all(
    contents.map(async (Body, index) => {
      const request = {
        ...upload,
        UploadId,
        PartNumber: index + 1,
        Body,
        ChecksumAlgorithm: 'CRC32C' as const,
      }
      const { ETag, ChecksumCRC32C } = await s3.send(new UploadPartCommand(request))
      expect(ChecksumCRC32C).toBe(await base64('CRC32C', Body))
      return { PartNumber: index + 1, ETag, ChecksumCRC32C }
    }),
  )
  const complete = (more: object, parts: object[] = Parts) =>
    s3.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts: parts }, ...more }),
    )
  await expect(
    complete({}, [{ ...Parts[0], ChecksumCRC32C: 'AAAAAA==' }, { ...Parts[1] }]),
  ).rejects.toMatchObject({ name: 'InvalidPart' })
  await expect(complete({ MpuObjectSize: 1 })).rejects.toMatchObject({ name: 'InvalidRequest' })
  await expect(complete({ ChecksumCRC64NVME: 'AAAAAAAAAAA=' })).rejects.toMatchObject({ name: 'BadDigest' })
  await expect(complete({ ChecksumCRC32C: 'AAAAAA==-2' })).rejects.toMatchObject({ name: 'BadDigest' })
  expect(await objects.text(Bucket, 'big')).toBeUndefined()
  const digests = Parts.map(({ ChecksumCRC32C = '' }) => Buffer.from(ChecksumCRC32C, 'base64'))
  const ChecksumCRC32C = `${await base64('CRC32C', ...digests)}-2`
  await complete({ ChecksumCRC32C, ChecksumType: 'COMPOSITE', MpuObjectSize: 5 * 2 ** 20 + 3 })
  expect((await objects.head(Bucket, 'big')).size).toBe(5 * 2 ** 20 + 3)
})

test('an upload is checked against one checksum of all its bytes', async () => {
  const { s3 } = await openS3()
  const upload = { Bucket, Key: 'whole' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const Body = Buffer.from('123456789')
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const ChecksumCRC64NVME = await base64('CRC64NVME', Body)
  await s3.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload,
      ChecksumCRC64NVME,
      ChecksumType: 'FULL_OBJECT',
    }),
  )
})
