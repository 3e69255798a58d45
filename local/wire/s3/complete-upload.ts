import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AwsError } from '../../registry.ts'
import { etagMatches } from '../../s3/etag.ts'
import { Locks } from '../../s3/locks.ts'
import type { ObjectStore } from '../../s3/object-store.ts'
import { readBody } from '../body.ts'
import { fromXml, listOf } from '../xml.ts'
import { CHECKSUM_ALGORITHMS, Checksum, checksumHeader, declaredAlgorithm } from './checksums.ts'
import { conditionOf } from './conditions.ts'
import { anyUpload, findPart, type Part, partsOf, type Upload, writeUpload } from './multipart.ts'
import { header, type S3Request } from './s3-request.ts'
import { sendXmlWhenDone } from './send-when-done.ts'

/** S3's: every part but the last one. */
const SMALLEST_PART = 5 * 2 ** 20

const listed = z
  .array(z.looseObject({ PartNumber: z.coerce.number().int(), ETag: z.string() }))
  .min(1)
  .max(10_000)
type Listed = z.output<typeof listed>[number]

/** A part with what the client says its content is. */
interface WantedPart extends Part {
  /** By algorithm, in base64. */
  readonly checksums: ReadonlyMap<string, string>
}

const invalidPart = (number: number, why: string) =>
  new AwsError(
    'InvalidPart',
    `One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag: part ${number} ${why}`,
  )

const wantedPart = async (upload: Upload, entry: Listed): Promise<WantedPart> => {
  const { PartNumber: number, ETag } = entry
  const part = await findPart(upload, number)
  if (!part) throw invalidPart(number, 'was not uploaded')
  if (!etagMatches(ETag, part.etag)) throw invalidPart(number, 'has another ETag')
  const given = CHECKSUM_ALGORITHMS.flatMap((name) => {
    const value = entry[`Checksum${name}`]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return { ...part, checksums: new Map(given) }
}

const wantedParts = async (upload: Upload, body: string): Promise<WantedPart[]> => {
  const document = fromXml(body, 'CompleteMultipartUpload') as { Part?: unknown } | undefined
  const parsed = listed.safeParse(listOf(document?.Part))
  if (!parsed.success) throw new AwsError('MalformedXML', 'CompleteMultipartUpload wants 1 to 10,000 parts')
  const numbers = parsed.data.map(({ PartNumber }) => PartNumber)
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)))
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order')
  const parts = await Promise.all(parsed.data.map((entry) => wantedPart(upload, entry)))
  const small = parts.slice(0, -1).find(({ size }) => size < SMALLEST_PART)
  if (small)
    throw new AwsError(
      'EntityTooSmall',
      `Your proposed upload is smaller than the minimum allowed size: part ${small.number} has ${small.size} bytes of ${SMALLEST_PART}`,
    )
  return parts
}

/** The checksum that is given for the whole object: over its bytes, or over the checksums of its parts. */
const wholeChecksum = ({ request: { headers } }: S3Request) => {
  const algorithm = declaredAlgorithm(headers)
  if (algorithm === undefined) return undefined
  const [expected = '', isComposite] = String(headers[checksumHeader(algorithm)]).split(/(-\d+)$/)
  return { algorithm, expected, isComposite: isComposite !== undefined, sum: new Checksum(algorithm) }
}

/** Puts the parts together in one file, and checks on the way what the client says of them. */
const assemble = async (s3: S3Request, parts: readonly WantedPart[], path: string): Promise<void> => {
  const whole = wholeChecksum(s3)
  await rm(path, { force: true })
  await using file = await open(path, 'wx')
  for (const { number, path: from, checksums } of parts) {
    const names = new Set([...checksums.keys(), ...(whole?.isComposite ? [whole.algorithm] : [])])
    const sums = [...names].map((name) => new Checksum(name))
    for await (const chunk of createReadStream(from, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      for (const sum of sums) sum.update(chunk)
      if (whole && !whole.isComposite) whole.sum.update(chunk)
      await file.writeFile(chunk)
    }
    for (const sum of sums) {
      const digest = await sum.end()
      const expected = checksums.get(sum.algorithm)
      if (expected !== undefined && expected !== digest.toString('base64'))
        throw invalidPart(number, `has another ${sum.algorithm}`)
      if (whole?.isComposite && sum.algorithm === whole.algorithm) whole.sum.update(digest)
    }
  }
  if (whole && (await whole.sum.end()).toString('base64') !== whole.expected)
    throw new AwsError(
      'BadDigest',
      `The ${whole.algorithm} you specified did not match the calculated checksum.`,
    )
}

const complete = async (objects: ObjectStore, s3: S3Request, body: string): Promise<string> => {
  const upload = await anyUpload(objects, s3)
  // The client has not heard of the end, and asks again.
  if (upload.record.etag !== undefined) return upload.record.etag
  const parts = await wantedParts(upload, body)
  const size = header(s3, 'x-amz-mp-object-size')
  const total = parts.reduce((sum, part) => sum + part.size, 0)
  if (size !== undefined && Number(size) !== total)
    throw new AwsError('InvalidRequest', `The parts have ${total} bytes, x-amz-mp-object-size says ${size}`)
  const condition = conditionOf(s3)
  const whole = join(upload.folder, 'whole')
  await assemble(s3, parts, whole)
  const { etag } = await objects.adopt(s3.bucket, s3.key, whole, condition)
  await writeUpload(upload.folder, { ...upload.record, etag })
  for (const { path } of await partsOf(upload)) await rm(path, { force: true })
  return etag
}

const locks = new Locks()

/** Makes the object of its parts. Asked twice, perhaps while the first answer is still due, it does so once. */
export const completeMultipartUpload = async (objects: ObjectStore, s3: S3Request): Promise<void> => {
  const body = await readBody(s3.request)
  const done = locks.run(s3.query.get('uploadId') ?? '', () => complete(objects, s3, body))
  await sendXmlWhenDone(
    s3,
    'CompleteMultipartUploadResult',
    done.then((etag) => ({ Bucket: s3.bucket, Key: s3.key, ETag: etag })),
  )
}
