import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, rename, rm, stat, symlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SourceFile } from './source-files.ts'

export type How = 'linked' | 'copied' | 'unchanged' | 'replaced'

/** What is smaller is copied: it costs nothing, and then the user's editor does not write into the lake. */
export const COPIED_BELOW = 16 << 20

type Link = (from: string, to: string) => Promise<void>

/** Other devices (EXDEV) and systems that forbid hard links to others' files (EPERM) can still have a symbolic link. */
const LINKS: readonly Link[] = [link, symlink]

const copy = async ({ path, stats }: SourceFile, to: string): Promise<void> => {
  await copyFile(path, to, constants.COPYFILE_FICLONE)
  // The time is what tells an unchanged file the next time.
  await utimes(to, stats.atimeMs / 1000, stats.mtimeMs / 1000)
}

const linkOrCopy = async (
  file: SourceFile,
  to: string,
  links: readonly Link[],
): Promise<'linked' | 'copied'> => {
  for (const make of file.stats.size < COPIED_BELOW ? [] : links) {
    try {
      await make(file.path, to)
      return 'linked'
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    }
  }
  await copy(file, to)
  return 'copied'
}

const isSame = async ({ stats }: SourceFile, target: string): Promise<boolean | undefined> => {
  const there = await stat(target).catch(() => undefined)
  if (there === undefined) return undefined
  if (there.ino === stats.ino && there.dev === stats.dev) return true
  return there.size === stats.size && Math.abs(there.mtimeMs - stats.mtimeMs) < 1
}

/** Puts a raw file into its place, by a link where the file is big; a reader sees the former file or the new one. */
export const place = async (
  file: SourceFile,
  target: string,
  staging: string,
  links: readonly Link[] = LINKS,
): Promise<How> => {
  const same = await isSame(file, target)
  if (same) return 'unchanged'
  const temporary = join(staging, randomUUID())
  try {
    await mkdir(staging, { recursive: true })
    await mkdir(dirname(target), { recursive: true })
    const how = await linkOrCopy(file, temporary, links)
    await rename(temporary, target)
    return same === undefined ? how : 'replaced'
  } finally {
    await rm(temporary, { force: true })
  }
}
