// Checks every published view of a lake against the oracle: plain TypeScript over the raw CSV, and over what Firehose persisted.
//   node test/oracle/check-lake.ts --raw 2019-Oct.csv --stream .lake/s3/<raw bucket>/ecomm_user_activity_stream --lake .lake
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { openExistingLake } from '../../local/cli/open-lake.ts'
import { ORACLE_VIEWS, oracle, parseEvents, parseStreamEvents, type Row } from './oracle.ts'

const { values } = parseArgs({
  options: { raw: { type: 'string' }, stream: { type: 'string' }, lake: { type: 'string' } },
})
const { raw, stream, lake: root } = values
if (!(raw || stream) || !root)
  throw new Error('usage: check-lake.ts [--raw FILE] [--stream FOLDER] --lake FOLDER')

function persisted(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.gz'),
  )
  return names.map((name) => gunzipSync(readFileSync(path.join(folder, name))).toString()).join('\n')
}

/** Rates are compared to nine digits: the order of additions may differ. */
const comparable = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(9) : value

const line = (row: Row): string =>
  JSON.stringify(
    Object.entries(row).map(([name, value]) => [name, comparable(value)]),
    (_, value) => (typeof value === 'bigint' ? value.toString() : value),
  )

const events = [
  ...(raw ? parseEvents(readFileSync(raw, 'utf8')) : []),
  ...(stream ? parseStreamEvents(persisted(stream)) : []),
]
const months = [...new Set(events.map(({ time }) => new Date(time).toISOString().slice(0, 7)))]
await using lake = await openExistingLake({ lake: root })

let failed = 0
for (const view of ORACLE_VIEWS) {
  const expected = months.flatMap((month) => oracle(view, events, month))
  const columns = expected[0] ? Object.keys(expected[0]) : ['*']
  const { columns: names, rows } = await lake.platform.query(
    `select ${columns.join(', ')} from ecommerce.${view}`,
  )
  const published = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])) as Row)
  const same = isDeepStrictEqual(published.map(line).sort(), expected.map(line).sort())
  process.stdout.write(
    `${same ? 'equal ' : 'DIFFER'} ${view}: ${published.length} rows, expected ${expected.length}\n`,
  )
  if (same) continue
  failed += 1
  const known = new Set(expected.map(line))
  for (const text of published
    .map(line)
    .filter((row) => !known.has(row))
    .slice(0, 3))
    process.stdout.write(`  published, not expected: ${text}\n`)
}

const count = (type: string) => events.filter((event) => event.type === type).length
process.stdout.write(
  `${events.length} rows, ${count('view')} views, ${count('cart')} carts, ${count('purchase')} purchases\n`,
)
process.stdout.write(`${ORACLE_VIEWS.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
