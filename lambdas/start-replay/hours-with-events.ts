import { dayPartition, hourOfKey, RAW } from '../../catalog/layout.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listFolders, listObjects } from '../shared/objects.ts'
import type { ReplayOrder } from '../shared/replay-documents.ts'
import { DAY_MS, startOfHour } from '../shared/replay-hours.ts'

/** Hours of arrival, from the first to the last, under which something was persisted. */
export async function hoursWithEvents(
  bucket: string,
  first: string,
  last: string,
): Promise<ReplayOrder['hours']> {
  const from = Math.floor(startOfHour(first) / DAY_MS)
  const days = Array.from({ length: Math.floor(startOfHour(last) / DAY_MS) - from + 1 }, (_, i) =>
    new Date((from + i) * DAY_MS).toISOString().slice(0, 10),
  )
  const files = await inParallel(days, 4, (day) => listObjects(bucket, `${RAW.stream}${dayPartition(day)}`))
  const byHour = Map.groupBy(
    files.flat().filter(({ size }) => size > 0),
    ({ key }) => hourOfKey(key) ?? '',
  )
  return [...byHour]
    .filter(([hour]) => hour >= first && hour <= last)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([hour, objects]) => ({
      hour,
      objects: objects.length,
      bytes: objects.reduce((sum, { size }) => sum + size, 0),
    }))
}

/** `2026-11-01T10 to 2026-11-22T07`: the first and the last hour that there are; undefined where there is none. */
export async function persistedHours(bucket: string): Promise<string | undefined> {
  const edge = async (at: 0 | -1): Promise<string | undefined> => {
    let prefix: string | undefined = RAW.stream
    // Year, month, day, hour.
    for (let level = 0; level < 4 && prefix !== undefined; level++)
      prefix = (await listFolders(bucket, prefix)).sort().at(at)
    return prefix === undefined ? undefined : hourOfKey(prefix)
  }
  const [first, last] = await Promise.all([edge(0), edge(-1)])
  return first && `${first} to ${last}`
}
