import type { Removable } from '../shared/maintenance-documents.ts'

/** Items of the plan, from and up to an index: what one call removes. */
export interface Chunk {
  readonly from: number
  readonly to: number
}

/** So much is removed within minutes: Glue takes 25 partitions a call, S3 1,000 objects. */
const ITEMS = 50
const OBJECTS = 5_000

/** What one execution removes at most; its history has room for some hundred chunks. The next one takes what is left. */
export const MOST_ITEMS = 10_000

export function chunksOf(items: readonly Removable[]): Chunk[] {
  const chunks: Chunk[] = []
  let [from, objects] = [0, 0]
  for (const [index, item] of items.entries()) {
    const isFull = index - from >= ITEMS || objects + item.objects > OBJECTS
    if (isFull && index > from) {
      chunks.push({ from, to: index })
      from = index
      objects = 0
    }
    objects += item.objects
  }
  return from < items.length ? [...chunks, { from, to: items.length }] : chunks
}
