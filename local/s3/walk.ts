import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compareKeys } from './compare-keys.ts'

export interface WalkOptions {
  readonly prefix: string
  /** Only keys behind this one. */
  readonly after: string
  /** A folder for which this is true is given as one entry, `a/`, instead of its files. */
  readonly collapse: (folder: string) => boolean
}

export interface Entry {
  readonly key: string
  readonly path: string
  /** The files below it are not listed. */
  readonly collapsed: boolean
}

const isFile = (entry: Dirent, path: string): boolean => {
  if (!entry.isSymbolicLink()) return entry.isFile()
  // Big raw files are linked into the lake. A link to a folder could lead out of it, or in circles.
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

const entriesOf = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

/**
 * The keys below a folder in S3's order. Folders are read when their turn comes, so a page costs what it shows. Synchronous,
 * because on a local disk the detour over the thread pool costs several times the call.
 */
export function* walk(folder: string, options: WalkOptions, base = ''): Generator<Entry> {
  const { prefix, after, collapse } = options
  const children = entriesOf(folder)
    .map((entry) => ({ entry, key: `${base}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
    .filter(({ key }) => key.startsWith(prefix) || prefix.startsWith(key))
    .sort((a, b) => compareKeys(a.key, b.key))
  for (const { entry, key } of children) {
    const path = join(folder, entry.name)
    if (key.endsWith('/')) {
      if (compareKeys(key, after) < 0 && !after.startsWith(key)) continue
      const inside = walk(path, options, key)
      if (!(key.startsWith(prefix) && collapse(key))) yield* inside
      else if (!inside.next().done) yield { key, path, collapsed: true }
    } else if (key.startsWith(prefix) && compareKeys(key, after) > 0 && isFile(entry, path)) {
      yield { key, path, collapsed: false }
    }
  }
}
