import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { openRaw } from './open-raw.ts'
import type { RawFile } from './raw-lines.ts'
import { type ScannedFile, scanFile } from './scan-file.ts'

/** Each U+FFFD that a repair puts in place of a byte is this many bytes long. */
const REPLACEMENT_BYTES = 3

/**
 * DuckDB refuses bytes that are not UTF-8: a copy has U+FFFD in their place, as Java's decoder leaves it for Spark. Only for
 * an encoded surrogate Java leaves one, and this three; the line is rejected all the same.
 */
export async function repairFile(path: string, copy: string, signal?: AbortSignal): Promise<void> {
  const decode = async function* (chunks: AsyncIterable<Buffer>) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  }
  await pipeline(openRaw(path), decode, createWriteStream(copy), { signal })
}

interface PrepareOptions {
  readonly manifest: { readonly bucket: string; readonly files: readonly { readonly key: string }[] }
  readonly resolve: (bucket: string, key: string) => string
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Scans raw files, such as those of a slice, and copies those that need repair into the folder. */
export async function prepareFiles({
  manifest,
  resolve,
  folder,
  signal,
  onBytes,
}: PrepareOptions): Promise<RawFile[]> {
  const files: RawFile[] = []
  for (const [i, { key }] of manifest.files.entries()) {
    const path = resolve(manifest.bucket, key)
    const scan = await scanFile(path, { name: key, signal, onBytes })
    if (scan.unused.length < 2) {
      throw new InvalidInputError(
        `${key}: holds every control character, so it is no text; replace it and start again.`,
      )
    }
    files.push({
      key,
      ...(scan.utf8 ? { path, scan } : await repaired(path, scan, join(folder, `${i}.csv`), signal)),
    })
  }
  return files
}

async function repaired(path: string, scan: ScannedFile, copy: string, signal?: AbortSignal) {
  await mkdir(join(copy, '..'), { recursive: true })
  await repairFile(path, copy, signal)
  return { path: copy, scan: { ...scan, longestLine: scan.longestLine * REPLACEMENT_BYTES } }
}
