import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { packSegment, segmentsOf, unpackSegment } from '../../../../local/kinesis/segment.ts'
import { StreamStore } from '../../../../local/kinesis/stream-store.ts'
import { temporaryFolder } from '../temporary-platform.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array) => Buffer.from(data).toString()
const record = (partitionKey: string, data: string) => ({ partitionKey, data: bytes(data) })
const STREAM = {
  name: 'clicks',
  shards: 2,
  mode: 'ON_DEMAND',
  retentionHours: 24,
  created: 1_000_000_000,
} as const

function openStore(file = `${temporaryFolder()}/streams.sqlite`) {
  const store = new StreamStore(file)
  if (!store.stream(STREAM.name)) store.create(STREAM)
  const put = (texts: readonly string[], { shard = 0, arrival = 1 } = {}) =>
    store.append(
      STREAM.name,
      texts.map((one) => ({ shard, ...record(`key of ${one}`, one) })),
      arrival,
    )
  const read = (from: number, limit = 1e6, { shard = 0, since = 0 } = {}) =>
    store.read(STREAM.name, shard, from, since, limit)
  return { store, put, read }
}
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `record ${i + 1}`)

test('a segment gives back its records, byte for byte, from any of them on', () => {
  const records = [record('a', 'one'), record('ключ', ''), record('c', 'zwei ü'), record('', '\0\n')]
  const packed = packSegment(records)
  for (let skip = 0; skip <= records.length; skip++)
    expect(
      Array.from(unpackSegment(packed, records.length, skip), ({ partitionKey, data }) => [
        partitionKey,
        text(data),
      ]),
    ).toEqual(records.slice(skip).map(({ partitionKey, data }) => [partitionKey, text(data)]))
})

test('segments stay small, but a large record is one', () => {
  const cut = (sizes: readonly number[]) =>
    segmentsOf(sizes.map((size) => ({ partitionKey: 'k', data: new Uint8Array(size) }))).map(
      (segment) => segment.length,
    )
  expect(cut([])).toEqual([])
  expect(cut(Array.from({ length: 300 }, () => 1))).toEqual([128, 128, 44])
  expect(cut([40_000, 40_000, 10, 2 ** 20, 10])).toEqual([1, 2, 1, 1])
})

test('records are read from any place, as many as are wanted, over the bounds of segments', () => {
  const { put, read } = openStore()
  expect(put(numbered(300))).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
  expect(put(['last'])).toEqual([301])
  for (const [from, limit, first, count] of [
    [0, 1e6, 1, 301],
    [1, 5, 1, 5],
    [127, 3, 127, 3],
    [128, 1, 128, 1],
    [129, 200, 129, 173],
    [301, 10, 301, 1],
    [302, 10, undefined, 0],
  ] as const) {
    const found = read(from, limit)
    expect([found[0]?.index, found.length]).toEqual([first, count])
    for (const [at, { index, data, partitionKey }] of found.entries()) {
      expect(index).toBe((first ?? 0) + at)
      const sent = index === 301 ? 'last' : `record ${index}`
      expect([text(data), partitionKey]).toEqual([sent, `key of ${sent}`])
    }
  }
})

test('shards have indexes of their own, in the order of the call', () => {
  const { store } = openStore()
  const both = Array.from({ length: 6 }, (_, i) => ({ shard: i % 2, ...record('k', `${i}`) }))
  expect(store.append(STREAM.name, both, 1)).toEqual([1, 1, 2, 2, 3, 3])
  for (const shard of [0, 1])
    expect(store.read(STREAM.name, shard, 0, 0, 10).map(({ data }) => text(data))).toEqual(
      [0, 2, 4].map((i) => `${i + shard}`),
    )
})

test('what came before a time is not shown, is found by time, and goes with the trimming', () => {
  const { store, put, read } = openStore()
  put(numbered(200), { arrival: 10 })
  put(['a', 'b'], { arrival: 20 })
  put(['c'], { arrival: 30 })
  expect(read(0, 10, { since: 20 }).map(({ data }) => text(data))).toEqual(['a', 'b', 'c'])
  expect([5, 10, 11, 20, 25, 31].map((time) => store.firstSince(STREAM.name, 0, time))).toEqual([
    1, 1, 201, 201, 203, 204,
  ])
  expect([store.trim(STREAM.name, 20), store.trim(STREAM.name, 20)]).toEqual([200, 0])
  expect(read(0).map(({ index }) => index)).toEqual([201, 202, 203])
  expect(store.trim(STREAM.name, 99)).toBe(3)
  expect([read(0), store.firstSince(STREAM.name, 0, 0)]).toEqual([[], 204])
  expect(put(['d'])).toEqual([204])
})

test('a read ends behind the record that makes it too large', () => {
  const { store } = openStore()
  const large = Array.from({ length: 8 }, () => ({
    shard: 0,
    partitionKey: 'k',
    data: new Uint8Array(1000),
  }))
  store.append(STREAM.name, large, 1)
  const count = (bytes?: number) => store.read(STREAM.name, 0, 0, 0, 100, bytes).length
  expect([count(), count(0), count(999), count(1000), count(2500), count(8000)]).toEqual([8, 1, 1, 2, 3, 8])
})

test('records of a file with a row for each are taken over', () => {
  const file = `${temporaryFolder()}/streams.sqlite`
  {
    using old = new DatabaseSync(file)
    old.exec(`
      CREATE TABLE streams (name TEXT PRIMARY KEY, shards INTEGER, mode TEXT, retentionHours INTEGER, created REAL) STRICT;
      CREATE TABLE shards (stream TEXT, shard INTEGER, last INTEGER, PRIMARY KEY (stream, shard)) STRICT, WITHOUT ROWID;
      CREATE TABLE records (stream TEXT, shard INTEGER, "index" INTEGER, partitionKey TEXT, data BLOB, arrival REAL,
        PRIMARY KEY (stream, shard, "index")) STRICT, WITHOUT ROWID;
      INSERT INTO streams VALUES ('clicks', 2, 'ON_DEMAND', 24, 1000000000);
      INSERT INTO shards VALUES ('clicks', 0, 8), ('clicks', 1, 0);
      INSERT INTO records VALUES ('clicks', 0, 7, 'a', x'6f6e65', 5), ('clicks', 0, 8, 'b', x'', 6);`)
  }
  for (let opened = 0; opened < 2; opened++) {
    const { store, read } = openStore(file)
    expect(
      read(0).map(({ index, partitionKey, data, arrival }) => [index, partitionKey, text(data), arrival]),
    ).toEqual([
      [7, 'a', 'one', 5],
      [8, 'b', '', 6],
    ])
    store[Symbol.dispose]()
  }
})
