// Checks every published view of a lake against the oracle: plain TypeScript over the raw CSV.
//   node test/oracle/check-lake.ts --raw 2019-Oct.csv --lake .lake
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { openExistingLake } from '../../local/cli/open-lake.ts'
import { ORACLE_VIEWS, oracle, parseEvents, type Row } from './oracle.ts'

const { values } = parseArgs({ options: { raw: { type: 'string' }, lake: { type: 'string' } } })
if (!values.raw || !values.lake) throw new Error('usage: check-lake.ts --raw FILE --lake FOLDER')

/** Rates are compared to nine digits: the order of additions may differ. */
const comparable = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(9) : value

const line = (row: Row): string =>
  JSON.stringify(
    Object.entries(row).map(([name, value]) => [name, comparable(value)]),
    (_, value) => (typeof value === 'bigint' ? value.toString() : value),
  )

const events = parseEvents(readFileSync(values.raw, 'utf8'))
const months = [...new Set(events.map(({ time }) => new Date(time).toISOString().slice(0, 7)))]
await using lake = await openExistingLake({ lake: values.lake })

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
