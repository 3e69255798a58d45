import { gzipSync } from 'node:zlib'
import { LAKE, monthPartition, RAW } from '../../catalog/layout.ts'
import { currentPointer, release } from '../../lambdas/shared/documents.ts'
import type { Lake } from '../../local/cli/open-lake.ts'
import { csv, line } from './lake-harness.ts'

/** Rows of a month that every mart finds something in: views, carts and purchases of two users' sessions in three categories. */
function rowsOf(month: string): string[] {
  const rows: string[] = []
  for (let i = 0; i < 120; i += 1) {
    const day = String(1 + (i % 28)).padStart(2, '0')
    const time = `${month}-${day} ${new Date(i * 61_000).toISOString().slice(11, 19)} UTC`
    const category = String(2053013555631882655n + BigInt(i % 3))
    const user = String(1 + (i % 17))
    const visit = { time, category, user, session: `s${i % 23}`, product: String(1000 + (i % 9)) }
    const type = i % 6 === 0 ? 'purchase' : i % 3 === 0 ? 'cart' : 'view'
    rows.push(
      line({ ...visit, type, price: `${10 + (i % 50)}.50`, brand: i % 2 === 0 ? 'apple' : 'samsung' }),
    )
  }
  // A line that is quarantined, and one that is there twice.
  return [...rows, line({ time: `${month}-01 00:00:00 UTC`, price: '-1' }), String(rows[0])]
}

/** Puts months into the raw zone: the first as an archive, so that a night has to unpack it. */
export async function putMonths({ platform }: Lake, months: readonly string[]): Promise<void> {
  const { objects, names } = platform
  for (const [i, month] of months.entries()) {
    const content = csv(...rowsOf(month))
    const [zone, name, body] =
      i === 0
        ? [RAW.archives, `${month}.csv.gz`, gzipSync(content)]
        : [RAW.uncompressed, `${month}.csv`, Buffer.from(content)]
    await objects.put(names.rawBucket, `${zone}${monthPartition(month)}${name}`, body)
  }
}

const shown = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/**
 * What readers have of a lake: the ledger (which versions of what, from which files) and every row of every view, of the
 * quarantine and of all curated versions, whether in the release or not.
 */
export async function contentOf(lake: Lake): Promise<Record<string, unknown>> {
  const pointer = await lake.document(LAKE.current, currentPointer)
  const ledger = pointer && (await lake.document(LAKE.release(pointer.release), release))
  const { publishedAt: _, slices = {}, ...published } = ledger ?? { publishedAt: '' }
  // A fingerprint is of the raw files as they lie in this lake; whether it is right the next night tells.
  const released = Object.entries(slices).map(([slice, { fingerprint: __, ...rest }]) => ({ slice, ...rest }))
  const rowsOf = async (sql: string) =>
    (await lake.platform.query(sql)).rows.map((row) => JSON.stringify(row, shown)).sort()
  const { names } = lake.platform
  const views = await rowsOf(
    `select table_name from information_schema.tables where table_schema = '${names.viewDatabase}' order by 1`,
  )
  const content: Record<string, unknown> = { published, released, views }
  for (const view of views) {
    const [name] = JSON.parse(view) as [string]
    // Of what a night records of itself, times and the number of its attempts differ.
    if (/^runs?(_|$)/.test(name)) continue
    content[name] = await rowsOf(`select * from ${names.viewDatabase}.${name}`)
  }
  for (const table of ['ecomm_user_activity_parquet', 'ecomm_user_activity_quarantine'])
    content[table] = await rowsOf(`select * from ${names.lakeDatabase}.${table}`)
  return content
}
