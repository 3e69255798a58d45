import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'

/**
 * Stable while a file is unchanged, and cheap for files of gigabytes: made of what the file system knows, not of the
 * content. The suffix is that of a multipart upload, so no client takes it for an MD5.
 */
export const etagOf = ({ size, mtimeNs, ino }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): string =>
  `"${createHash('sha256').update(`${size}:${mtimeNs}:${ino}`).digest('hex').slice(0, 32)}-1"`

/** Whether an `If-Match` or `If-None-Match` header (a list of tags, or `*`) names this ETag. */
export const etagMatches = (header: string, etag: string): boolean =>
  header.trim() === '*' ||
  header
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '') === etag.replaceAll('"', ''))
