import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { InvalidInputError } from '../../../../lambdas/shared/errors.ts'
import { explainFailure } from '../../../../local/curate/explain-failure.ts'
import { bytesOf, inLanes, lanesFor } from '../../../../local/curate/lanes.ts'
import { nested } from '../../../../local/curate/measure.ts'

test.for([
  ['4GB', 4e9],
  ['512 MiB', 512 * 2 ** 20],
  ['1.5gb', 1.5e9],
  ['100B', 100],
] as const)('%s is %i bytes', ([limit, bytes]) => {
  expect(bytesOf(limit)).toBe(bytes)
})

test.for(['4', 'much', '80%', '-1GB', ''])('"%s" is no memory limit', (limit) => {
  expect(() => bytesOf(limit)).toThrow(`memory limit "${limit}": write it as 4GB or 512MB`)
})

test('a lane for each thread, as long as one thread of the pool stays free', () => {
  expect([1, 2, 3, 64].map(lanesFor)).toEqual([1, 2, 3, 3])
})

const limits = { memoryLimit: '200MB', threads: 2, tempDirectory: '' }

test('each item is worked on once', async () => {
  const done: number[] = []
  await inLanes([1, 2, 3, 4, 5], limits, async (_, item) => void done.push(item))
  expect(done.sort()).toEqual([1, 2, 3, 4, 5])
})

test('no items, no lanes', async () => {
  await expect(inLanes([], limits, () => Promise.reject(new Error('never')))).resolves.toBeUndefined()
})

test('what fails in one lane ends the others, and is what is told', async () => {
  const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000) b WHERE a.range % 7 = b.range'
  const lanes = inLanes([1, 2, 3], limits, async (connection, item) => {
    if (item === 2) throw new Error('two is bad')
    await connection.run(endless)
  })
  await expect(lanes).rejects.toThrow('two is bad')
})

test('what failed is told when no lane works any more, and none has begun another item', async () => {
  const [begun, ended]: number[][] = [[], []]
  const lanes = inLanes([1, 2, 3, 4], limits, async (_, item) => {
    begun?.push(item)
    if (item === 2) throw new Error('two is bad')
    await sleep(200)
    ended?.push(item)
  })
  await expect(lanes).rejects.toThrow('two is bad')
  expect([begun, ended]).toEqual([[1, 2], [1]])
})

test('an abort ends all lanes with its reason', async () => {
  const controller = new AbortController()
  const lanes = inLanes([1, 2, 3], { ...limits, signal: controller.signal }, async () => {
    controller.abort(new Error('stopped by the user'))
  })
  await expect(lanes).rejects.toThrow('stopped by the user')
})

const explained = (message: string) =>
  (explainFailure(new Error(message), ['/scratch', '/lake/curated'], '4GB') as Error).message

test.for([
  [
    'IO Error: Could not write file "/lake/curated/x": No space left on device',
    'The disk of /lake/curated is full',
  ],
  ['ENOSPC: no space left on device, write', 'The disk of /scratch is full'],
  [
    'failed to offload data block (limit was set by the max_temp_directory_size setting)',
    'The disk of /scratch is full',
  ],
  ["EACCES: permission denied, mkdir '/lake/curated'", 'Cannot write to /lake/curated'],
  ['IO Error: Cannot open file "/scratch/x": Read-only file system', 'Cannot write to /scratch'],
  ['Out of Memory Error: could not allocate block', 'Curation needs more than 4GB of memory'],
] as const)('%s: %s', ([message, expected]) => {
  expect(explained(message)).toContain(expected)
  expect(explained(message)).toContain(message)
})

test('any other failure stays what it is', () => {
  const errors = [new Error('Binder Error: no such column'), new InvalidInputError('a.csv: EACCES'), 'text']
  for (const error of errors) expect(explainFailure(error, ['/scratch'], '4GB')).toBe(error)
})

test('a dot in a name nests it, and counts become numbers', () => {
  expect(nested({ curated: 5n, 'nulls.brand': 1n, 'nulls.price': 0n, firstEvent: null })).toEqual({
    curated: 5,
    nulls: { brand: 1, price: 0 },
    firstEvent: null,
  })
})
