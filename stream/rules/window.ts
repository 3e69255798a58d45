export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

/** Windows on `txn_timestamp`, in milliseconds, aligned to 1970: one of `size` begins every `slide`. */
export interface Window {
  readonly size: number
  readonly slide: number
}

export const tumbling = (size: number): Window => hopping(size, size)

export function hopping(size: number, slide: number): Window {
  const whole = (ms: number) => Number.isInteger(ms / SECOND) && ms > 0
  // Flink divides a window into slices as long as its slide, and ids name windows by the second.
  if (!whole(size) || !whole(slide) || size % slide !== 0)
    throw new RangeError(
      `A window of ${size} ms every ${slide} ms: both have to be whole seconds, and the first a multiple of the second.`,
    )
  return { size, slide }
}
