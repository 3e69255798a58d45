import { Readable } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3'
import { s3 } from '../shared/clients.ts'
import { UnreadableObjectError } from '../shared/errors.ts'
import { firstBytes } from '../shared/objects.ts'

const LINE_END = 10
const CHUNK = 256 * 1024
/** More than an event has, compressed. */
const HEAD = 64 * 1024

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** What an object's lines can't be read for, and what mends it. */
const unreadable = (bucket: string, key: string, why: string, cause?: unknown): UnreadableObjectError =>
  new UnreadableObjectError(
    `s3://${bucket}/${key} ${why}. Put its copy (the raw bucket and the backup bucket have the same keys) or its former ` +
      'version in its place, then redrive; or replay from the other bucket.',
    { cause },
  )

/**
 * The lines of an object, without their ends, some at a time; blank ones too, so that they can be counted. It is fetched as a
 * whole first: a connection that a slow replay leaves open for minutes would be cut.
 */
export async function* readLines(bucket: string, key: string): AsyncGenerator<Buffer[]> {
  const bytes = await fetchWhole(bucket, key)
  const whole = Readable.from([bytes], { objectMode: false })
  const chunks: Readable = isGzip(bytes) ? whole.pipe(createGunzip({ chunkSize: CHUNK })) : whole
  let rest = Buffer.alloc(0)
  try {
    for await (const chunk of chunks) {
      const text: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const { lines, end } = split(text)
      rest = Buffer.from(text.subarray(end))
      if (lines.length > 0) yield lines
    }
  } catch (error) {
    throw unreadable(bucket, key, `is damaged (${(error as Error).message})`, error)
  }
  if (rest.length > 0) yield [rest]
}

async function fetchWhole(bucket: string, key: string): Promise<Buffer> {
  try {
    const answer = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
  } catch (error) {
    if (error instanceof NoSuchKey) throw unreadable(bucket, key, 'is gone', error)
    throw error
  }
}

function split(text: Buffer): { readonly lines: Buffer[]; readonly end: number } {
  const lines: Buffer[] = []
  let from = 0
  for (let at = text.indexOf(LINE_END); at >= 0; at = text.indexOf(LINE_END, from)) {
    lines.push(text.subarray(from, at))
    from = at + 1
  }
  return { lines, end: from }
}

/** The first lines of an object, at most so many: those that end in what is read of it. */
export async function firstLines(bucket: string, key: string, count: number): Promise<Buffer[]> {
  const head = await firstBytes(bucket, key, HEAD)
  try {
    const text = isGzip(head) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head
    return split(text).lines.slice(0, count)
  } catch (error) {
    throw unreadable(bucket, key, `is damaged (${(error as Error).message})`, error)
  }
}
