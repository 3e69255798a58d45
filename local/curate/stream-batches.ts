import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { jsonFields } from './json-fields.ts'
import { LineCounter } from './line-counter.ts'
import { openRaw } from './open-raw.ts'

interface StreamFile {
  readonly key: string
  readonly path: string
}

/** A file of lines for DuckDB: `{"line", "source_file", "fields"}` each. */
export interface Batch {
  readonly path: string
  /** Lines that are not blank, counted in the bytes. */
  readonly read: number
  /** Bytes of the raw files that it was made of, unpacked. */
  readonly bytes: number
}

interface BatchOptions {
  readonly path: string
  /** A batch is written until it has so many bytes. */
  readonly size: number
  readonly signal?: AbortSignal | undefined
}

const LINE_END = /\r\n|\n|\r/
const BOM = '\ufeff'

/**
 * Reads persisted objects, of which a month has tens of thousands, into a few large files, one at a time: who has read a
 * batch may remove it before asking for the next.
 */
export async function* streamBatches(
  files: Iterable<StreamFile>,
  { path, size, signal }: BatchOptions,
): AsyncGenerator<Batch> {
  let writer: BatchWriter | undefined
  for (const file of files) {
    writer ??= new BatchWriter(path)
    await writer.add(file, signal)
    if (writer.written < size) continue
    yield await writer.end()
    writer = undefined
  }
  if (writer) yield await writer.end()
}

class BatchWriter {
  readonly #path: string
  readonly #to: WriteStream
  #read = 0
  #bytes = 0
  #error: unknown
  written = 0

  constructor(path: string) {
    this.#path = path
    this.#to = createWriteStream(path)
    this.#to.on('error', (error) => {
      this.#error = error
    })
  }

  async add({ key, path }: StreamFile, signal: AbortSignal | undefined): Promise<void> {
    const counter = new LineCounter(key)
    const source = JSON.stringify(key)
    // A byte that is not UTF-8 becomes U+FFFD, as Java's decoder leaves it for Spark.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let rest = ''
    let isStart = true
    const take = async (text: string, isLast: boolean) => {
      let whole = rest + text
      if (isStart && whole.length > 0) {
        if (whole.startsWith(BOM)) whole = whole.slice(1)
        isStart = false
      }
      const lines = whole.split(LINE_END)
      rest = isLast ? '' : (lines.pop() ?? '')
      await this.#write(lines, source)
    }
    try {
      for await (const chunk of openRaw(path) as AsyncIterable<Buffer>) {
        signal?.throwIfAborted()
        counter.add(chunk)
        this.#bytes += chunk.length
        await take(decoder.decode(chunk, { stream: true }), false)
      }
      await take(decoder.decode(), true)
    } catch (error) {
      throw explained(key, error)
    }
    counter.end()
    this.#read += counter.notBlank
  }

  async #write(lines: readonly string[], source: string): Promise<void> {
    let text = ''
    for (const line of lines)
      if (line !== '')
        text += `{"line":${JSON.stringify(line)},"source_file":${source},"fields":${JSON.stringify(jsonFields(line))}}\n`
    if (text === '') return
    this.written += text.length
    const isFull = !this.#to.write(text)
    if (this.#error) throw this.#error
    if (isFull) await once(this.#to, 'drain')
  }

  async end(): Promise<Batch> {
    this.#to.end()
    if (!this.#to.closed) await once(this.#to, 'close')
    if (this.#error) throw this.#error
    return { path: this.#path, read: this.#read, bytes: this.#bytes }
  }
}

function explained(key: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new InvalidInputError(`${key}: planned, but no longer there; start again.`)
  if (String(code).startsWith('Z_'))
    return new InvalidInputError(
      `${key}: not a whole gzip file (${message}); bring its copy back from the backup bucket, or remove it, and start again.`,
    )
  return error
}
