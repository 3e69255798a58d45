import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc'
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh'
import { AwsError } from '../../registry.ts'

interface Digest {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array | Promise<Uint8Array>
}

const nodeCrc32 = (): Digest => {
  let value = 0
  return {
    update: (bytes) => {
      value = crc32(bytes, value)
    },
    digest: () => {
      const result = Buffer.alloc(4)
      result.writeUInt32BE(value)
      return result
    },
  }
}

/** S3's checksum algorithms, as their headers (`x-amz-checksum-crc32`) and XML elements (`ChecksumCRC32`) spell them. */
const ALGORITHMS: Readonly<Record<string, () => Digest>> = {
  CRC32: nodeCrc32,
  CRC32C: () => new Crc32c(),
  CRC64NVME: () => new Crc64Nvme(),
  MD5: () => createHash('md5'),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
  SHA512: () => createHash('sha512'),
  XXHASH3: () => new Xxh3_64(),
  XXHASH64: () => new Xxh64(),
  XXHASH128: () => new Xxh3_128(),
}
export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS)

const PREFIX = 'x-amz-checksum-'
/** They say something about a checksum, and are none. */
const OTHER = ['algorithm', 'mode', 'type'].map((name) => PREFIX + name)

export const checksumHeader = (algorithm: string): string => PREFIX + algorithm.toLowerCase()

/** A checksum in the making. */
export class Checksum {
  readonly algorithm: string
  readonly #digest: Digest

  constructor(algorithm: string) {
    const make = ALGORITHMS[algorithm]
    if (!make)
      throw new AwsError('NotImplemented', `The checksum algorithm ${algorithm} is not emulated here`, 501)
    this.algorithm = algorithm
    this.#digest = make()
  }

  update(bytes: Uint8Array): void {
    this.#digest.update(bytes)
  }

  async end(): Promise<Buffer> {
    return Buffer.from(await this.#digest.digest())
  }
}

/** The one algorithm for which a request's headers give a value, or announce one behind the body. */
export const declaredAlgorithm = (headers: IncomingHttpHeaders): string | undefined => {
  const trailers = String(headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
  const names = [...Object.keys(headers), ...trailers].filter(
    (name) => name.startsWith(PREFIX) && !OTHER.includes(name),
  )
  if (new Set(names).size > 1)
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  return names[0]?.slice(PREFIX.length).toUpperCase()
}
