import { expect, test } from 'vitest'
import { decodeAwsChunked } from '../../../../local/wire/s3/aws-chunked.ts'
import { randomFrom } from '../temporary-platform.ts'

/** The text in pieces of 1 to `most` bytes, as a socket might give it. */
async function* pieces(text: string, most: number, random = () => 0.99): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * most)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const decode = async (text: string, most = 1000, random?: () => number) => {
  const trailers = new Map<string, string>()
  const chunks: Buffer[] = []
  for await (const chunk of decodeAwsChunked(pieces(text, most, random), trailers)) chunks.push(chunk)
  return { content: Buffer.concat(chunks).toString(), trailers: Object.fromEntries(trailers) }
}

test('chunks are joined and trailers kept, signed or not', async () => {
  const unsigned = '5\r\nhello\r\n6\r\n world\r\n0\r\nX-Amz-Checksum-Crc32: abc=\r\n\r\n'
  expect(await decode(unsigned)).toEqual({
    content: 'hello world',
    trailers: { 'x-amz-checksum-crc32': 'abc=' },
  })
  const signed = '5;chunk-signature=12ab\r\nhello\r\n0;chunk-signature=34cd\r\n\r\n'
  expect((await decode(signed)).content).toBe('hello')
  expect((await decode('0\r\n\r\n')).content).toBe('')
})

test('however the bytes arrive, the content is the same', async () => {
  const random = randomFrom(5)
  for (let i = 0; i < 50; i++) {
    const parts = Array.from({ length: 5 }, () => 'x\r\n'.repeat(1 + Math.floor(random() * 40)))
    const text = `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\na: b\r\n\r\n`
    expect(await decode(text, 1 + Math.floor(random() * 20), random)).toEqual({
      content: parts.join(''),
      trailers: { a: 'b' },
    })
  }
})

test.each([
  ['5\r\nhel', 'ends inside a chunk'],
  ['5\r\nhelloxx\r\n0\r\n\r\n', 'longer than it says'],
  ['zz\r\nhello\r\n', 'no chunk size'],
  ['x'.repeat(20_000), 'a line has no end'],
])('%j is refused', async (text, why) => {
  await expect(decode(text)).rejects.toMatchObject({
    code: 'IncompleteBody',
    message: expect.stringContaining(why),
  })
})
