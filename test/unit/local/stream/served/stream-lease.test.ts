import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { isLakeLocked, lockLake } from '../../../../../local/executor/lake-lock.ts'
import { writeDocument } from '../../../../../local/files.ts'
import { streamFolder } from '../../../../../local/stream/runtime/stream-folder.ts'
import { callElsewhere } from '../../../../../local/stream/served/call-elsewhere.ts'
import { StreamLease } from '../../../../../local/stream/served/stream-lease.ts'
import { eventually } from '../../../../eventually.ts'
import { temporaryFolder } from '../../temporary-platform.ts'

const { signal } = new AbortController()

function openLease(parts = vi.fn()) {
  const root = join(temporaryFolder(), 'lake')
  const lease = new StreamLease({ root, region: 'us-east-1', streams: [], parts, patience: 300 })
  onTestFinished(() => lease[Symbol.asyncDispose]())
  const { folder, running } = streamFolder(root)
  return { lease, folder, running, parts }
}
const never = async () => {
  throw new Error('not asked')
}
/** A port where nothing listens. */
async function deadEnd(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return `http://127.0.0.1:${port}`
}
const call = { prefix: 'Kinesis_20131202', contentType: 'application/json', action: 'ListStreams', input: {} }

test('many calls at once have one store, and the lock goes soon after the last', async () => {
  const { lease, folder } = openLease()
  const stores = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      lease.use(async ({ streams }) => sleep(i * 20).then(() => streams), never, signal),
    ),
  )
  expect(new Set(stores).size).toBe(1)
  expect(isLakeLocked(folder)).toBe(true)
  await eventually(() => !isLakeLocked(folder))
  expect(await lease.use(async ({ streams }) => streams.list(), never, signal)).toEqual([])
})

test('a process that has the state and never answers is named as the reason', async () => {
  const { lease, folder, running } = openLease()
  using _lock = lockLake(folder)
  const unavailable = {
    name: 'ServiceUnavailable',
    status: 503,
    message: expect.stringContaining('does not answer'),
  }
  await expect(lease.use(never, never, signal)).rejects.toMatchObject(unavailable)
  // What one that was killed has left says nothing about the one that has the lock.
  const endpoint = await deadEnd()
  writeDocument(running, { pid: 1, endpoint, dynamodb: endpoint })
  await expect(
    lease.use(never, (at) => callElsewhere(at.endpoint, { ...call, signal }), signal),
  ).rejects.toMatchObject(unavailable)
})

test('an error of the process that was asked is the answer, and the call is not made twice', async () => {
  const { lease, folder, running } = openLease()
  using _lock = lockLake(folder)
  writeDocument(running, { pid: 1, endpoint: 'http://127.0.0.1:9', dynamodb: 'http://127.0.0.1:9' })
  const asked = vi.fn(async () => {
    throw new Error('broken off')
  })
  await expect(lease.use(never, asked, signal)).rejects.toThrow('broken off')
  expect(asked).toHaveBeenCalledTimes(1)
})

test('what can not be opened is an error, and is opened the next time', async () => {
  const parts = vi.fn(async () => {
    throw new Error('no stack')
  })
  const { lease, folder } = openLease(parts)
  const tables = () => lease.use((held) => held.tables(), never, signal)
  await expect(tables()).rejects.toThrow('no stack')
  await eventually(() => !isLakeLocked(folder))
  expect(await lease.use(async ({ streams }) => streams.list(), never, signal)).toEqual([])
})
