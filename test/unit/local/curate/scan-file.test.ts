import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LineCounter } from '../../../../local/curate/line-counter.ts'
import { repairFile } from '../../../../local/curate/prepare-files.ts'
import { scanFile } from '../../../../local/curate/scan-file.ts'
import { Utf8Check } from '../../../../local/curate/utf8-check.ts'
import { csv, EVENT, temporaryFolder } from './curate-files.ts'

/** The bytes in chunks of this size: every boundary somewhere. */
const chunks = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

const SIZES = [1, 2, 3, 5, 1000]

describe('lines', () => {
  test.for([
    ['', 0, 0],
    ['a', 1, 1],
    ['a\n', 1, 1],
    ['a\nbb', 2, 2],
    ['a\r\nbb\r\n', 2, 2],
    ['a\rbb\r', 2, 2],
    ['\n\n\r\n\r\r\n', 0, 0],
    ['a\n\r\n\rb\r\n\nccc\r', 3, 3],
    [' \n\t\n', 2, 1],
    ['é\n', 1, 2],
  ] as const)('%j: %i not blank, the longest of %i bytes', ([text, notBlank, longest]) => {
    for (const size of SIZES) {
      const counter = new LineCounter('a.csv')
      for (const chunk of chunks(Buffer.from(text), size)) counter.add(chunk)
      counter.end()
      expect([counter.notBlank, counter.longest]).toEqual([notBlank, longest])
    }
  })

  test('one too long is named by its number, however the lines before it end', () => {
    const long = Buffer.alloc(10_000_001, 'x')
    for (const before of ['a\n\nb\n', 'a\r\n\r\nb\r\n', 'a\r\rb\r', 'a\r\n\rb\n']) {
      const counter = new LineCounter('a.csv')
      counter.add(Buffer.from(before))
      expect(() => counter.add(long)).toThrow('a.csv line 4: longer than 10,000,000 bytes')
    }
  })
})

describe('UTF-8', () => {
  test.for([
    [Buffer.from(''), true],
    [Buffer.from('plain'), true],
    [Buffer.from('žluťoučký 日本 👍 \ufffd'), true],
    [Buffer.from('café', 'latin1'), false],
    [Buffer.from('👍').subarray(0, 3), false],
    [Buffer.from([0x61, 0x80]), false],
    [Buffer.from([0xed, 0xa0, 0x80]), false],
    [Buffer.from([0xc0, 0xaf]), false],
    [Buffer.from([0xff, 0xfe, 0x61, 0x00]), false],
    [Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80]), false],
  ] as const)('%j: %s', ([bytes, valid]) => {
    for (const size of SIZES) {
      const check = new Utf8Check()
      for (const chunk of chunks(bytes, size)) check.add(chunk)
      expect(check.end()).toBe(valid)
    }
  })
})

describe('a file', () => {
  test('is measured unpacked, and the control characters that it lacks are found', async () => {
    const folder = await temporaryFolder()
    const content = csv(EVENT, 'a\x01b\x1fc', EVENT)
    const expected = { records: 3, bytes: content.length, utf8: true, longestLine: EVENT.length }
    for (const [name, bytes] of [
      ['a.csv', content],
      ['a.csv.gz', gzipSync(content)],
    ] as const) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      let seen = 0
      const scan = await scanFile(path, { name, onBytes: (count) => (seen += count) })
      expect(scan).toMatchObject(expected)
      expect(seen).toBe(content.length)
      expect(scan.unused).toEqual(expect.arrayContaining([2, 3, 0x1e]))
      expect(scan.unused.filter((code) => [0, 1, 0x1f, 9, 10, 13].includes(code))).toEqual([])
    }
  })

  test('of several compressed members is one file', async () => {
    const path = join(await temporaryFolder(), 'a.csv.gz')
    await writeFile(path, Buffer.concat([gzipSync(csv(EVENT)), gzipSync(`${EVENT}\n`)]))
    expect(await scanFile(path, { name: 'a.csv.gz' })).toMatchObject({ records: 2 })
  })

  test('is repaired byte by byte as decoders do, its mark and its line ends kept', async () => {
    const folder = await temporaryFolder()
    const bytes = Buffer.concat([
      Buffer.from('\ufeffa\r\nb\r'),
      Buffer.from([0xe2, 0x82, 0x0a, 0x63, 0xff, 0xf0, 0x9f]),
    ])
    await writeFile(join(folder, 'bad'), bytes)
    await repairFile(join(folder, 'bad'), join(folder, 'good'))
    expect(await readFile(join(folder, 'good'), 'utf8')).toBe('\ufeffa\r\nb\r\ufffd\nc\ufffd\ufffd')
  })
})
