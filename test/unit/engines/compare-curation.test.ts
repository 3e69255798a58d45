import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareCuration } from '../../engines/compare-curation.ts'
import { csv, curateFiles, event, temporaryFolder } from '../local/curate/curate-files.ts'

const GOOD = [event({ user_id: '1' }), event({ user_id: '2' }), event({ user_id: '3', category_id: '7' })]
const SAME = { onlyEmbedded: 0, onlyOther: 0 }

const compare = async (...contents: [string[], string[]]) => {
  const [a, b] = await Promise.all(contents.map((lines) => curateFiles({ 'a.csv': csv(...lines) })))
  if (!a || !b) throw new Error('two curations were asked for')
  return compareCuration(a.folders, b.folders, await temporaryFolder())
}

test('the same files: no row of difference, the same folders and columns', async () => {
  const compared = await compare([...GOOD, 'x'], [...GOOD.toReversed(), 'x'])
  expect(compared).toMatchObject({
    events: { rows: [3, 3], ...SAME },
    quarantined: { rows: [1, 1], ...SAME },
    partitions: [
      ['category_id=2103807459595387724', 'category_id=7'],
      ['category_id=2103807459595387724', 'category_id=7'],
    ],
    files: [2, 2],
  })
  const [here, there] = compared.schemas.events
  expect(here).toEqual(there)
  const columns = here[0]?.split('\n')
  expect(columns).toContain('event_type BYTE_ARRAY OPTIONAL StringType()')
  expect(columns).toContain('product_id INT64 OPTIONAL')
  expect(columns).toContain('price INT64 OPTIONAL DecimalType(scale=2, precision=10)')
})

test('a value that differs is a row of each', async () => {
  const { events } = await compare(GOOD, [
    ...GOOD.slice(0, 2),
    event({ user_id: '3', category_id: '7', brand: '' }),
  ])
  expect(events).toEqual({ rows: [3, 3], onlyEmbedded: 1, onlyOther: 1 })
})

test('a row that one lacks, a folder, a rejected line or its reasons', async () => {
  const compared = await compare([...GOOD, 'x'], [...GOOD.slice(0, 2), '\0'])
  expect(compared.events).toEqual({ rows: [3, 2], onlyEmbedded: 1, onlyOther: 0 })
  expect(compared.partitions[1]).toEqual(['category_id=2103807459595387724'])
  expect(compared.quarantined).toEqual({ rows: [1, 1], onlyEmbedded: 1, onlyOther: 1 })
})

test('one that wrote nothing lacks everything', async () => {
  const { folders } = await curateFiles({ 'a.csv': csv(...GOOD) })
  const nothing = { curated: join(folders.work, 'none'), quarantine: join(folders.work, 'none') }
  const scratch = await temporaryFolder()
  expect((await compareCuration(folders, nothing, scratch)).events).toEqual({
    rows: [3, 0],
    onlyEmbedded: 3,
    onlyOther: 0,
  })
  await rm(folders.curated, { recursive: true })
  expect((await compareCuration(folders, nothing, scratch)).events).toEqual({ rows: [0, 0], ...SAME })
})
