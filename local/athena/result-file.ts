import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A row of a result: texts, undefined for null. */
export type TextRow = readonly (string | undefined)[]

/** Where each block of rows begins in a result file, so that any page can be read without the ones before it. */
export interface ResultIndex {
  /** Rows, the header included. */
  readonly rows: number
  readonly bytes: number
  /** Byte offset of every `BLOCK`-th row. */
  readonly offsets: readonly number[]
}

const BLOCK = 1000

const lineOf = (row: TextRow): string =>
  `${row.map((text) => (text === undefined ? '' : `"${text.replaceAll('"', '""')}"`)).join(',')}\n`

/** Writes a result as Athena does: CSV with every value in quotes, null as nothing, the header first. */
export const writeResult = async (
  path: string,
  rows: AsyncIterable<readonly TextRow[]>,
): Promise<ResultIndex> => {
  await mkdir(dirname(path), { recursive: true })
  const offsets: number[] = []
  let [count, bytes] = [0, 0]
  async function* lines() {
    for await (const some of rows) {
      let text = ''
      let size = 0
      for (const row of some) {
        if (count % BLOCK === 0) offsets.push(bytes + size)
        const line = lineOf(row)
        text += line
        size += Buffer.byteLength(line)
        count++
      }
      bytes += size
      yield text
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
  return { rows: count, bytes, offsets }
}

const parse = (text: string): TextRow[] => {
  const rows: TextRow[] = []
  let row: (string | undefined)[] = []
  for (const [, value, end] of text.matchAll(/(?:"((?:[^"]|"")*)")?(,|\n)/g)) {
    row.push(value?.replaceAll('""', '"'))
    if (end === '\n') {
      rows.push(row)
      row = []
    }
  }
  return rows
}

/** Rows `from` to before `to` of a result file; reads the blocks around them and nothing else. */
export const readResult = async (
  path: string,
  index: ResultIndex,
  from: number,
  to: number,
): Promise<TextRow[]> => {
  const first = Math.floor(from / BLOCK)
  const start = index.offsets[first] ?? index.bytes
  const end = index.offsets[Math.ceil(to / BLOCK)] ?? index.bytes
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(end - start)
    await file.read(buffer, 0, buffer.length, start)
    return parse(buffer.toString('utf8')).slice(from - first * BLOCK, to - first * BLOCK)
  } finally {
    await file.close()
  }
}
