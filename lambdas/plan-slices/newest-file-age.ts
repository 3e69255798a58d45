import type { RawSlice } from '../shared/list-raw-slices.ts'

/** Seconds since the newest file of the raw zone was put; undefined where there is none. */
export function newestFileAge(raw: readonly Pick<RawSlice, 'files'>[], now = Date.now()): number | undefined {
  const newest = raw
    .flatMap(({ files }) => files)
    .reduce((latest, { modified }) => Math.max(latest, Date.parse(modified ?? '') || 0), 0)
  return newest === 0 ? undefined : (now - newest) / 1000
}
