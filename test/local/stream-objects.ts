import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { monthPartition, RAW } from '../../catalog/layout.ts'
import type { TestLake } from './lake-harness.ts'

/** An event as a simulator sends it; only what a test is about has to be said. */
export const sent = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    event_time: '2019-10-01 00:00:00 UTC',
    event_type: 'view',
    product_id: 1001,
    category_id: '2053013555631882655',
    category_code: 'electronics.smartphone',
    brand: 'samsung',
    price: 100,
    user_id: 1,
    user_session: 's1',
    txn_timestamp: '2019-10-05T07:00:00',
    ...fields,
  })

/** Many, each another second and user. */
export const sentMany = (
  count: number,
  day = '2019-10-05',
  fields: Parameters<typeof sent>[0] = {},
): string[] =>
  Array.from({ length: count }, (_, i) =>
    sent({
      user_id: i + 1,
      user_session: `t${i}`,
      txn_timestamp: `${day}T${new Date(i * 1000).toISOString().slice(11, 19)}.500000`,
      ...fields,
    }),
  )

/** Puts an object where Firehose does: under the hour (`2019-10-05T07`) in which it arrived. */
export function deliver({ lake }: TestLake, hour: string, name: string, lines: readonly string[]): string {
  const { objects, names } = lake.platform
  const [, month = '', day = '', hourOfDay = ''] = /^(\d{4}-\d\d)-(\d\d)T(\d\d)$/.exec(hour) ?? []
  const key = `${RAW.stream}${monthPartition(month)}p_day=${day}/p_hour=${hourOfDay}/${name}.json.gz`
  const file = objects.pathOf(names.rawBucket, key)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, gzipSync(lines.map((line) => `${line}\n`).join('')))
  return key
}
