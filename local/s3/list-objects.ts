import { statSync } from 'node:fs'
import { etagOf } from './etag.ts'
import { walk } from './walk.ts'

export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly lastModified: Date
}

export interface ListOptions {
  readonly delimiter?: string | undefined
  readonly startAfter?: string | undefined
  /** At most so many objects and common prefixes together; all where it is left out. */
  readonly max?: number | undefined
}

export interface Listing {
  readonly objects: readonly ListedObject[]
  readonly commonPrefixes: readonly string[]
  /** Where there is more: the `startAfter` of the next page. */
  readonly next?: string | undefined
}

/** Added to a common prefix, it is behind every key of that, so that the next page starts beyond it. */
export const BEHIND_PREFIX = '\u{10ffff}'

const describe = (key: string, path: string): ListedObject | undefined => {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && { key, size: Number(stats.size), etag: etagOf(stats), lastModified: stats.mtime }
}

export const listObjects = (
  folder: string,
  prefix: string,
  { delimiter, startAfter = '', max = Number.POSITIVE_INFINITY }: ListOptions,
): Listing => {
  const objects: ListedObject[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  // Other delimiters than "/" are found in the keys themselves, below.
  const collapse = (key: string) => delimiter === '/' && key.length > prefix.length
  for (const { key, path, collapsed } of walk(folder, { prefix, after: startAfter, collapse })) {
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    const common = delimiter && at >= 0 ? key.slice(0, at + delimiter.length) : undefined
    if (
      common !== undefined &&
      (common === commonPrefixes.at(-1) || startAfter.startsWith(common + BEHIND_PREFIX))
    )
      continue
    const object = common === undefined && !collapsed ? describe(key, path) : undefined
    if (common === undefined && !object) continue
    if (objects.length + commonPrefixes.length >= max) return { objects, commonPrefixes, next: last }
    if (object) objects.push(object)
    else commonPrefixes.push(common ?? key)
    last = object ? key : `${common ?? key}${BEHIND_PREFIX}`
  }
  return { objects, commonPrefixes }
}
