import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ListOptions } from '../../../../local/s3/list-objects.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { randomFrom, temporaryFolder } from '../temporary-platform.ts'

const B = 'raw-bucket'

const storeWith = async (keys: readonly string[]) => {
  const root = temporaryFolder()
  const store = new ObjectStore(root, [B])
  for (const key of keys) await store.put(B, key, key)
  return { store, root }
}

const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What S3's documentation says, over plain keys. */
const expected = (keys: readonly string[], prefix: string, delimiter?: string): string[] => {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
      return at < 0 ? key : `${key.slice(0, at + (delimiter ?? '').length)} (prefix)`
    })
  return [...new Set(entries)].sort(byUtf8)
}

const pages = async (store: ObjectStore, prefix: string, options: ListOptions): Promise<string[]> => {
  const found: string[] = []
  for (let startAfter = options.startAfter; ; ) {
    const page = await store.list(B, prefix, { ...options, startAfter })
    const entries = [
      ...page.objects.map(({ key }) => key),
      ...page.commonPrefixes.map((common) => `${common} (prefix)`),
    ]
    expect(entries.length).toBeLessThanOrEqual(options.max ?? Number.POSITIVE_INFINITY)
    found.push(...entries)
    if (page.next === undefined) return found.sort(byUtf8)
    startAfter = page.next
  }
}

test('keys come in the order of their UTF-8 bytes, in which a folder sorts by its slash', async () => {
  const keys = ['a/z', 'a-b', 'a.b', 'a/b/c', 'b', 'a0', '\u{1f600}', '\uffee', 'ü']
  const { store } = await storeWith(keys)
  expect((await store.list(B)).objects.map(({ key }) => key)).toEqual([...keys].sort(byUtf8))
})

test('a delimiter shows folders once, and no empty ones', async () => {
  const { store, root } = await storeWith(['a/1', 'a/2', 'b/c/1', 'd'])
  mkdirSync(join(root, 's3', B, 'empty/folder'), { recursive: true })
  const { objects, commonPrefixes } = await store.list(B, '', { delimiter: '/' })
  expect(objects.map(({ key }) => key)).toEqual(['d'])
  expect(commonPrefixes).toEqual(['a/', 'b/'])
  expect((await store.list(B, 'b/', { delimiter: '/' })).commonPrefixes).toEqual(['b/c/'])
  expect((await store.list(B, 'b', { delimiter: '/' })).commonPrefixes).toEqual(['b/'])
})

test('the page after a common prefix begins beyond it', async () => {
  const { store } = await storeWith(['a/1', 'a/2', 'b/1', 'c'])
  const first = await store.list(B, '', { delimiter: '/', max: 1 })
  expect(first.commonPrefixes).toEqual(['a/'])
  const second = await store.list(B, '', { delimiter: '/', max: 1, startAfter: first.next })
  expect(second.commonPrefixes).toEqual(['b/'])
})

test('start-after inside a folder still shows the folder for what comes behind', async () => {
  const { store } = await storeWith(['a/1', 'a/2', 'b'])
  expect((await store.list(B, '', { delimiter: '/', startAfter: 'a/1' })).commonPrefixes).toEqual(['a/'])
  expect((await store.list(B, '', { delimiter: '/', startAfter: 'a/2' })).commonPrefixes).toEqual([])
})

test('pages of any size, with any prefix and delimiter, together are the whole listing', async () => {
  const random = randomFrom(3)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const names = ['a', 'ab', 'a-', 'b.c', 'ü', '\u{1f600}', '0']
  const keys = new Set<string>()
  for (let i = 0; i < 150; i++)
    keys.add(`${Array.from({ length: 1 + Math.floor(random() * 3) }, () => `${pick(names)}x`).join('/')}.f`)
  const all = [...keys]
  const { store } = await storeWith(all)
  for (let i = 0; i < 60; i++) {
    const prefix = pick(['', 'a', 'ax/', 'ax/a', 'b', 'üx/', 'nothing', pick(all)])
    const delimiter = pick([undefined, '/', '-', 'x/'])
    const max = 1 + Math.floor(random() * 20)
    expect(await pages(store, prefix, { delimiter, max })).toEqual(expected(all, prefix, delimiter))
  }
})

test('700 folders are listed', async () => {
  const { store } = await storeWith([])
  for (let i = 0; i < 700; i++) {
    const folder = store.pathOf(B, `t/category_id=${i}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'data.parquet'), '')
  }
  expect((await store.list(B, 't/')).objects).toHaveLength(700)
})
