import { expect, it } from 'vitest'
import { lines } from '../../../../local/ingest/lines.ts'

const of = async (chunks: string[], longest?: number) => {
  const found: string[] = []
  const content = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1')
  })()
  for await (const line of lines(content, longest)) found.push(line)
  return found
}

it.each([
  [['a\nb\n'], ['a', 'b']],
  [['a\r\nb'], ['a', 'b']],
  [['a\rb\r'], ['a', 'b']],
  [
    ['a\r', '\nb\n'],
    ['a', 'b'],
  ],
  [
    ['a\r', 'b'],
    ['a', 'b'],
  ],
  [
    ['ab', 'cd\ne'],
    ['abcd', 'e'],
  ],
  [['a\n\nb'], ['a', '', 'b']],
  [[''], []],
  [[], []],
])('%j has the lines %j', async (chunks, expected) => {
  expect(await of(chunks)).toEqual(expected)
})

it('keeps a character together whose bytes come apart', async () => {
  expect(await of(['\xc3', '\xa9\n'])).toEqual(['é'])
})

it('does not hold a line of megabytes', async () => {
  const [line = ''] = await of([...Array.from({ length: 100 }, () => 'x'.repeat(100)), '\n'], 500)
  expect(line.length).toBeLessThanOrEqual(600)
})
