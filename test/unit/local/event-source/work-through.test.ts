import { expect, test } from 'vitest'
import {
  type BatchOptions,
  type Discarded,
  workThrough,
} from '../../../../local/event-source/work-through.ts'
import type { StreamRecord } from '../../../../local/kinesis/streams.ts'

const record = (name: string, arrival = 0): StreamRecord => ({
  sequenceNumber: name,
  partitionKey: 'k',
  data: new Uint8Array(),
  arrival,
})
const records = (names: string): StreamRecord[] => [...names].map((name) => record(name))
const namesOf = (of: readonly StreamRecord[]): string =>
  of.map(({ sequenceNumber }) => sequenceNumber).join('')

/** Runs a batch through a function and tells what happened to it. */
async function through(
  batch: readonly StreamRecord[],
  answer: (names: string, call: number) => unknown,
  config: Partial<BatchOptions['config']> = {},
  options: Partial<BatchOptions> = {},
) {
  const told = {
    invoked: [] as string[],
    discarded: [] as string[],
    done: [] as string[],
    pauses: [] as number[],
  }
  await workThrough(batch, {
    config: {
      bisects: true,
      reportsFailures: true,
      maximumRetries: 2,
      maximumAgeMs: Number.POSITIVE_INFINITY,
      ...config,
    },
    invoke: async (part) => {
      told.invoked.push(namesOf(part))
      return answer(namesOf(part), told.invoked.length)
    },
    discard: async (discarded: Discarded) => {
      told.discarded.push(`${namesOf(discarded.records)} ${discarded.condition} ${discarded.invocations}`)
    },
    done: ({ sequenceNumber }) => told.done.push(sequenceNumber),
    pause: async (attempt) => void told.pauses.push(attempt),
    now: () => 0,
    ...options,
  })
  return told
}

const failed = (...names: string[]) => ({
  batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })),
})
const fail = () => {
  throw new Error('no table')
}

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['an empty list', failed()],
  ['no list', { batchItemFailures: null }],
])('an answer of %s means that all is well', async (_, answer) => {
  expect(await through(records('abc'), () => answer)).toMatchObject({
    invoked: ['abc'],
    done: ['c'],
    discarded: [],
  })
})

test('from the lowest record that failed on, everything is sent again', async () => {
  const told = await through(records('abcde'), (_, call) => (call === 1 ? failed('d', 'c') : failed()))
  expect(told).toMatchObject({ invoked: ['abcde', 'cde'], done: ['b', 'e'], discarded: [] })
})

test('a poison record is found by halving, and the ones behind it go on', async () => {
  const told = await through(records('abcdefgh'), (names) => (names.includes('f') ? fail() : failed()))
  expect(told.discarded).toEqual(['f RetryAttemptsExhausted 6'])
  expect(told.done.at(-1)).toBe('h')
  expect(told.invoked).toEqual(['abcdefgh', 'abcd', 'efgh', 'ef', 'e', 'f', 'f', 'f', 'gh'])
})

test('a poison record that the function names costs nothing but its own retries', async () => {
  const told = await through(records('abcd'), (names) => (names.includes('b') ? failed('b') : failed()))
  expect(told.invoked).toEqual(['abcd', 'bcd', 'bc', 'b', 'b', 'b', 'c', 'd'])
  expect(told.discarded).toEqual(['b RetryAttemptsExhausted 6'])
})

test('without bisecting, the whole batch is tried and given up', async () => {
  const told = await through(records('abc'), fail, { bisects: false })
  expect(told).toMatchObject({
    invoked: ['abc', 'abc', 'abc'],
    discarded: ['abc RetryAttemptsExhausted 3'],
    done: ['c'],
    pauses: [1, 2],
  })
})

test('where failures are not reported, answers say nothing', async () => {
  const told = await through(records('ab'), () => failed('a'), { reportsFailures: false })
  expect(told).toMatchObject({ invoked: ['ab'], done: ['b'] })
})

test.each([
  ['a record that was not sent', failed('z')],
  ['a record without a name', failed('')],
  ['no list', { batchItemFailures: 'a' }],
])('an answer that names %s fails the batch', async (_, answer) => {
  const told = await through(records('a'), (__, call) => (call === 1 ? answer : failed()))
  expect(told).toMatchObject({ invoked: ['a', 'a'], done: ['a'], discarded: [] })
})

test('a function that comes back is not given up', async () => {
  const told = await through(records('ab'), (_, call) => (call < 5 ? fail() : failed()), {
    maximumRetries: 10,
  })
  expect(told.discarded).toEqual([])
  expect(told.done.at(-1)).toBe('b')
})

test('records that are too old are discarded unseen, the others are sent', async () => {
  const batch = [record('a', 0), record('b', 10), record('c', 100)]
  const told = await through(batch, () => failed(), { maximumAgeMs: 50 }, { now: () => 100 })
  expect(told).toMatchObject({
    invoked: ['c'],
    discarded: ['ab RecordAgeExceeded 0'],
    done: ['b', 'c'],
  })
})

test('records grow too old between two attempts', async () => {
  let now = 0
  const told = await through(
    records('a'),
    () => {
      now += 60
      return fail()
    },
    { maximumRetries: Number.POSITIVE_INFINITY, maximumAgeMs: 100 },
    { now: () => now },
  )
  expect(told).toMatchObject({ invoked: ['a', 'a'], discarded: ['a RecordAgeExceeded 2'] })
})

test('what can not be kept is not done with', async () => {
  const done: string[] = []
  const running = through(
    records('a'),
    fail,
    {},
    {
      discard: async () => {
        throw new Error('disk full')
      },
      done: ({ sequenceNumber }) => done.push(sequenceNumber),
    },
  )
  await expect(running).rejects.toThrow('disk full')
  expect(done).toEqual([])
})
