import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { randomFrom, temporaryFolder } from '../temporary-platform.ts'

const B = 'raw-bucket'
const open = (root = temporaryFolder()) => new ObjectStore(root, [B])

test('what is put is a file at its key, and can be read whole or in part', async () => {
  const root = temporaryFolder()
  const store = open(root)
  const put = await store.put(B, 'a/b/c.txt', 'hello')
  expect(readFileSync(join(root, 's3', B, 'a/b/c.txt'), 'utf8')).toBe('hello')
  expect(put).toMatchObject({ key: 'a/b/c.txt', size: 5, etag: expect.stringMatching(/^"[0-9a-f]{32}-1"$/) })
  expect(await text(await store.read(B, 'a/b/c.txt', { start: 1, end: 3 }))).toBe('ell')
  expect(await store.text(B, 'a/b/c.txt')).toBe('hello')
  expect(await store.text(B, 'nowhere')).toBeUndefined()
})

test('a file that something else wrote is an object at once', async () => {
  const store = open()
  const path = store.pathOf(B, 'version=1/data.parquet')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'x')
  expect((await store.list(B)).objects.map(({ key }) => key)).toEqual(['version=1/data.parquet'])
  expect((await store.head(B, 'version=1/data.parquet')).size).toBe(1)
})

test('linked files are objects: hard links, and symbolic links to files but not to folders', async () => {
  const root = temporaryFolder()
  const store = open(root)
  const outside = join(root, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'big.csv'), '123')
  linkSync(join(outside, 'big.csv'), store.pathOf(B, 'hard.csv'))
  symlinkSync(join(outside, 'big.csv'), store.pathOf(B, 'soft.csv'))
  symlinkSync(outside, store.pathOf(B, 'folder'))
  symlinkSync(join(outside, 'gone'), store.pathOf(B, 'broken.csv'))
  const { objects } = await store.list(B)
  expect(objects.map(({ key, size }) => [key, size])).toEqual([
    ['hard.csv', 3],
    ['soft.csv', 3],
  ])
  expect(objects[0]?.etag).toBe(objects[1]?.etag)
})

test('an ETag stays while the file does, and changes with every write, even of the same bytes', async () => {
  const store = open()
  const tags = new Set<string>()
  for (let i = 0; i < 50; i++) tags.add((await store.put(B, 'a', 'same')).etag)
  expect(tags.size).toBe(50)
  const { etag } = await store.head(B, 'a')
  expect((await store.head(B, 'a')).etag).toBe(etag)
  utimesSync(store.pathOf(B, 'a'), 1, 1)
  expect((await store.head(B, 'a')).etag).not.toBe(etag)
})

test('If-None-Match lets exactly one of many writers win', async () => {
  const store = open()
  const writes = Array.from({ length: 20 }, (_, i) => store.put(B, 'lock', `${i}`, { ifNoneMatch: '*' }))
  const results = await Promise.allSettled(writes)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const refused = results.find((result) => result.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'PreconditionFailed', status: 412 })
})

test('If-None-Match holds against another process as well', async () => {
  const root = temporaryFolder()
  const results = await Promise.allSettled(
    [open(root), open(root)].map((store) => store.put(B, 'lock', 'x', { ifNoneMatch: '*' })),
  )
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('If-Match writes over the object that was read, and over no other', async () => {
  const store = open()
  const { etag } = await store.put(B, 'a', '1')
  const results = await Promise.allSettled(
    ['2', '3'].map((body) => store.put(B, 'a', body, { ifMatch: etag })),
  )
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await store.text(B, 'a')).toBe('2')
  await expect(store.put(B, 'none', 'x', { ifMatch: etag })).rejects.toMatchObject({ code: 'NoSuchKey' })
})

test('a body that breaks off leaves the former object and no rest', async () => {
  const root = temporaryFolder()
  const store = open(root)
  await store.put(B, 'a', 'former')
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('ne')
      throw new Error('connection lost')
    })(),
  )
  await expect(store.put(B, 'a', broken)).rejects.toThrow('connection lost')
  expect(await store.text(B, 'a')).toBe('former')
  expect(readdirSync(store.staging)).toEqual([])
})

test('a reader keeps the object that it opened', async () => {
  const store = open()
  await store.put(B, 'a', 'former')
  const opened = await store.open(B, 'a')
  await store.put(B, 'a', 'new!')
  expect(await text(opened.read())).toBe('former')
})

test.each([
  ['', 'is empty'],
  ['/a', 'empty segment'],
  ['a/', 'empty segment'],
  ['a//b', 'empty segment'],
  ['../a', 'segment ".."'],
  ['a/../../b', 'segment ".."'],
  ['a/./b', 'segment "."'],
  ['a\0b', 'NUL'],
  ['a\ud800', 'well-formed'],
  [`${'x'.repeat(256)}`, '255 bytes'],
  [`${'x/'.repeat(600)}x`, 'too long'],
])('the key %j is refused', (key, why) => {
  expect(() => open().pathOf(B, key)).toThrow(why)
})

test.each(['..', 'UPPER', 'a', 'a/b', 'a..b', '.uploads'])('the bucket name %j is refused', (bucket) => {
  expect(() => open().pathOf(bucket, 'a')).toThrow(/bucket name/)
})

test('whatever the key, its path lies in the bucket or the key is refused', async () => {
  const store = open()
  const random = randomFrom(1)
  const pieces = ['a', '..', '.', '/', '\\', '\0', '%2e', 'ü', '\u{1f600}', ' ', '~', '*', "'", '"', '\n']
  const root = store.bucketPath(B)
  for (let i = 0; i < 2000; i++) {
    const length = 1 + Math.floor(random() * 8)
    const key = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('')
    let path: string
    try {
      path = store.pathOf(B, key)
    } catch (error) {
      expect((error as Error).name).toBe('InvalidArgument')
      continue
    }
    expect(path).toBe(`${root}/${key}`)
  }
})

test('a key can not be both an object and a folder of objects', async () => {
  const store = open()
  await store.put(B, 'a/b', 'x')
  await expect(store.put(B, 'a', 'x')).rejects.toMatchObject({
    code: 'InvalidRequest',
    message: /rename one/,
  })
  await expect(store.put(B, 'a/b/c', 'x')).rejects.toMatchObject({ code: 'InvalidRequest' })
  await expect(store.put(B, 'a/b/c', 'x', { ifNoneMatch: '*' })).rejects.toMatchObject({
    code: 'InvalidRequest',
  })
  await expect(store.head(B, 'a')).rejects.toMatchObject({ code: 'NoSuchKey' })
  await expect(store.head(B, 'a/b/c')).rejects.toMatchObject({ code: 'NoSuchKey' })
  await store.remove(B, 'a')
  await store.remove(B, 'a/b/c')
  expect(await store.text(B, 'a/b')).toBe('x')
})

test('removing takes empty folders along, and what is not there needs no removing', async () => {
  const root = temporaryFolder()
  const store = open(root)
  await store.put(B, 'a/b/c', 'x')
  await store.put(B, 'a/d', 'x')
  await store.remove(B, 'a/b/c')
  await store.remove(B, 'a/b/c')
  expect(readdirSync(join(root, 's3', B, 'a'))).toEqual(['d'])
})

test('puts and removals side by side do not disturb each other', async () => {
  const store = open()
  const work = Array.from({ length: 200 }, (_, i) =>
    i % 2 ? store.put(B, `dir/sub/${i % 5}`, 'x') : store.remove(B, `dir/sub/${(i / 2) % 5}`),
  )
  expect((await Promise.allSettled(work)).filter(({ status }) => status === 'rejected')).toEqual([])
})

test('a bucket that is not there is named', async () => {
  const store = open()
  const missing = { code: 'NoSuchBucket', message: /other-bucket/ }
  await expect(store.list('other-bucket')).rejects.toMatchObject(missing)
  await expect(store.put('other-bucket', 'a', 'x')).rejects.toMatchObject(missing)
  await expect(store.read('other-bucket', 'a')).rejects.toMatchObject(missing)
  await store.createBucket('other-bucket')
  expect((await store.list('other-bucket')).objects).toEqual([])
})

test('ranges are those of the bytes, at random', async () => {
  const store = open()
  const random = randomFrom(2)
  const bytes = Buffer.from(Array.from({ length: 10_000 }, () => Math.floor(random() * 256)))
  await store.put(B, 'a', bytes)
  for (let i = 0; i < 30; i++) {
    const start = Math.floor(random() * bytes.length)
    const end = start + Math.floor(random() * (bytes.length - start))
    expect(await buffer(await store.read(B, 'a', { start, end }))).toEqual(bytes.subarray(start, end + 1))
  }
})
