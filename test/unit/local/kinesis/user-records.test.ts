import { expect, it } from 'vitest'
import { linesOf, userRecords } from '../../../../local/kinesis/user-records.ts'
import { aggregated, damaged, EMPTY_PACKAGE } from './aggregated.ts'

const parts = (data: Uint8Array): string[] =>
  userRecords({ data, partitionKey: 'k', sequenceNumber: '1', arrival: 0 }).map((part) =>
    Buffer.from(part).toString('latin1'),
  )

it('a package is taken apart in its order', async () => {
  const { data } = await aggregated('7', ['one', 'two', 'one'])
  expect(parts(data)).toEqual(['one', 'two', 'one'])
})

it.each([
  ['an ordinary record', Buffer.from('{"a":1}')],
  ['an empty record', Buffer.alloc(0)],
  ['a package with nothing in it', EMPTY_PACKAGE],
  ['what only begins like a package', Buffer.from('f3899ac2', 'hex')],
])('%s is itself', (_, data) => {
  expect(parts(data)).toEqual([data.toString('latin1')])
})

it('a damaged package is itself, wherever the damage is', async () => {
  const { data } = await aggregated('7', ['one', 'two'])
  const cut = Buffer.from(data.subarray(0, data.length - 20))
  for (const bytes of [damaged(data), cut]) expect(parts(bytes)).toEqual([bytes.toString('latin1')])
})

it('lines are counted as they will stand in a file', () => {
  expect(['', 'one', 'one\n', 'a\nb\nc'].map((text) => linesOf(Buffer.from(text)))).toEqual([1, 1, 2, 3])
})
