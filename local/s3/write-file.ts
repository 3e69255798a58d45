import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, mkdir, open, rename, rm, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type Body = string | Uint8Array | Readable

let lastStamp = 0

/**
 * A file system's clock ticks in milliseconds; two writes within one tick would be the same to an ETag. So every write has
 * a time of its own, to the microsecond.
 */
const stamp = (): number => {
  lastStamp = Math.max(lastStamp + 1, Math.floor((performance.timeOrigin + performance.now()) * 1000))
  return lastStamp / 1e6
}

const fill = async (path: string, body: Body): Promise<void> => {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(body)
    } finally {
      await file.close()
    }
  } else await pipeline(body, createWriteStream(path, { flags: 'wx' }))
}

export interface Replace {
  /** The folder for unfinished files: on the same file system, outside every bucket. */
  readonly staging: string
  readonly path: string
  readonly exclusive: boolean
}

/** Moves a finished file to its place in one step; with `exclusive` it fails with EEXIST where something is there already. */
export const moveIntoPlace = async (
  from: string,
  { path, exclusive }: Omit<Replace, 'staging'>,
): Promise<void> => {
  const time = stamp()
  await utimes(from, time, time)
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(dirname(path), { recursive: true })
      if (exclusive) await link(from, path)
      else await rename(from, path)
      return
    } catch (error) {
      // A removal beside us may just have taken the empty folder away.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error
    }
  }
}

/** Writes a file so that a reader sees the former content or the new one, never a part. */
export const writeFileAtomically = async (body: Body, target: Replace): Promise<void> => {
  const temporary = join(target.staging, randomUUID())
  try {
    await mkdir(target.staging, { recursive: true })
    await fill(temporary, body)
    await moveIntoPlace(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
}
