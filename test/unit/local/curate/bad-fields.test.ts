import { expect, test } from 'vitest'
import { csv, curateFiles, event } from './curate-files.ts'
import { ACCEPTED, BROKEN, REJECTED } from './field-cases.ts'

test('each bad field rejects its line for its reasons, each good one passes as what it says', async () => {
  // A user of its own tells the accepted ones apart.
  const good = ACCEPTED.map(([fields], i) => event({ user_id: String(i), ...fields }))
  const bad = REJECTED.map(([fields]) => event(fields))
  const { events, rejected, metrics } = await curateFiles({ 'a.csv': csv(...good, ...bad, ...BROKEN) })

  expect(Object.fromEntries(rejected.map(({ raw, reasons }) => [raw, reasons]))).toEqual(
    Object.fromEntries([
      ...REJECTED.map(([fields, reasons]) => [event(fields), reasons]),
      ...BROKEN.map((line) => [line, ['column_count']]),
    ]),
  )
  for (const [i, [, columns]] of ACCEPTED.entries()) {
    expect(events.find(({ user_id }) => user_id === String(i))).toMatchObject(columns)
  }
  expect(metrics).toMatchObject({
    read: good.length + bad.length + BROKEN.length,
    curated: good.length,
    quarantined: bad.length + BROKEN.length,
    duplicates: 0,
  })
})
