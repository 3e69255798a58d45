import type { RawSlice } from '../shared/list-raw-slices.ts'

/**
 * Notes on a file that was uploaded twice under two names: harmless, and worth a word. Size and beginning tell; the ETag
 * of one content differs with the size of the parts in which it was uploaded.
 */
export const copiesIn = ({ slice, files }: RawSlice, beginnings: ReadonlyMap<string, string>): string[] =>
  [...Map.groupBy(files, ({ key, size }) => `${size} ${beginnings.get(key)}`).values()]
    .filter((same) => same.length > 1)
    .map(
      (same) =>
        `${slice}: ${same.map(({ key }) => key).join(' and ')} look like the same file under several names; ` +
        'deduplication removes the copies. Remove all but one of them.',
    )
