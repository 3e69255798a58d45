/** A record as a segment holds it. */
export interface SegmentRecord {
  readonly partitionKey: string
  readonly data: Uint8Array
}

/** So much is in a segment at most, but for a record that is larger alone: who reads a few records reads a whole segment. */
const RECORDS = 128
const BYTES = 64 * 1024

/** Cuts the records of a shard that were put together into what is stored together. */
export function segmentsOf<T extends SegmentRecord>(records: readonly T[]): T[][] {
  const segments: T[][] = []
  let last: T[] = []
  let bytes = 0
  for (const record of records) {
    if (last.length === 0 || last.length === RECORDS || bytes + record.data.length > BYTES) {
      last = []
      segments.push(last)
      bytes = 0
    }
    last.push(record)
    bytes += record.data.length
  }
  return segments
}

/** Bytes of a length: of a key, then of the data. */
const LENGTH = 4
const HEAD = 2 * LENGTH

/** Records as one run of bytes: the lengths of all, then the key and the data of each. */
export function packSegment(records: readonly SegmentRecord[]): Buffer {
  const keys = records.map(({ partitionKey }) => Buffer.byteLength(partitionKey))
  const bytes = records.reduce((sum, { data }, i) => sum + (keys[i] as number) + data.length, 0)
  const packed = Buffer.allocUnsafe(HEAD * records.length + bytes)
  let at = HEAD * records.length
  records.forEach(({ partitionKey, data }, i) => {
    packed.writeUInt32LE(keys[i] as number, HEAD * i)
    packed.writeUInt32LE(data.length, HEAD * i + LENGTH)
    at += packed.write(partitionKey, at)
    packed.set(data, at)
    at += data.length
  })
  return packed
}

/** The records of a segment of `count`, without the first `skip`; their data are views of its bytes. */
export function* unpackSegment(packed: Uint8Array, count: number, skip: number): Generator<SegmentRecord> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  let at = HEAD * count
  for (let i = 0; i < count; i++) {
    const key = at + bytes.readUInt32LE(HEAD * i)
    const end = key + bytes.readUInt32LE(HEAD * i + LENGTH)
    if (i >= skip) yield { partitionKey: bytes.toString('utf8', at, key), data: bytes.subarray(key, end) }
    at = end
  }
}
