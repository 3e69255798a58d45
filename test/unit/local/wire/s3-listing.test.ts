import { ListObjectsCommand, ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Bucket, openS3, raw } from './open-s3.ts'

test('listings page through all keys, with prefixes, delimiters and encoded names', async () => {
  const { s3, objects } = await openS3()
  const keys = ['a/1', 'a/2', 'b&<c>/1', 'd e', 'é']
  for (const key of keys) await objects.put(Bucket, key, key)
  const found: (string | undefined)[] = []
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, MaxKeys: 2 }))
    for (const { Key } of page.Contents ?? []) found.push(Key)
  expect(found).toEqual(keys)
  const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', StartAfter: 'a/2' }))
  expect(folders.CommonPrefixes).toEqual([{ Prefix: 'b&<c>/' }])
  expect(folders).toMatchObject({ KeyCount: 3, IsTruncated: false, Delimiter: '/' })
  const encoded = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'd', EncodingType: 'url' }))
  expect(encoded.Contents?.[0]?.Key).toBe('d%20e')
  expect((await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).IsTruncated).toBe(false)
})

test('the first version of the listing pages too: by the last key, or by the next marker', async () => {
  const { s3, objects } = await openS3()
  const keys = ['a/1', 'a/2', 'b&<c>/1', 'd e', 'é']
  for (const key of keys) await objects.put(Bucket, key, key)
  const pages = async (options: object) => {
    const found: (string | undefined)[] = []
    for (let Marker: string | undefined = ''; Marker !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list({ ...options, Marker })
      for (const { Key } of page.Contents ?? []) found.push(Key)
      for (const { Prefix } of page.CommonPrefixes ?? []) found.push(Prefix)
      Marker = page.IsTruncated ? (page.NextMarker ?? page.Contents?.at(-1)?.Key) : undefined
    }
    return found
  }
  const list = (options: object) => s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1, ...options }))
  expect(await pages({})).toEqual(keys)
  expect(await pages({ Delimiter: '/' })).toEqual(['a/', 'b&<c>/', 'd e', 'é'])
  expect(await pages({ Prefix: 'a/', Delimiter: '/' })).toEqual(['a/1', 'a/2'])
  const first = await list({ Prefix: 'd', EncodingType: 'url' })
  expect(first).toMatchObject({ IsTruncated: false, MaxKeys: 1, Contents: [{ Key: 'd%20e' }] })
  expect(first.Contents?.[0]?.Owner).toEqual({ ID: 'local', DisplayName: 'local' })
})

test('the second version names owners only where it is asked to', async () => {
  const { s3, objects } = await openS3()
  await objects.put(Bucket, 'a', 'a')
  const owner = async (FetchOwner: boolean) =>
    (await s3.send(new ListObjectsV2Command({ Bucket, FetchOwner }))).Contents?.[0]?.Owner
  expect(await owner(false)).toBeUndefined()
  expect(await owner(true)).toEqual({ ID: 'local', DisplayName: 'local' })
})

test('a page size that is no number is refused', async () => {
  const { endpoint } = await openS3()
  for (const version of ['', '&list-type=2'])
    expect((await raw(endpoint, 'GET', `/${Bucket}?max-keys=x${version}`)).text).toContain('InvalidArgument')
})
