import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CSV_HEADER } from '../../catalog/events.ts'
import { RAW } from '../../catalog/layout.ts'
import { failureText } from '../../local/cli/failure-text.ts'
import { csv, goodLines, line, openTestLake, type TestLake } from './lake-harness.ts'

let lake: TestLake
let number = 0
beforeEach(async () => {
  number += 1
  lake = await openTestLake(`bad-input-${number}`)
})
afterEach(() => lake.close())

const good = csv(...goodLines(20))

/** A night that has to fail without publishing, and the one after it that has to go through. */
async function failsThenWorks(expected: { name: string; cause: RegExp }) {
  const { execution, current } = await lake.night()
  expect(execution).toMatchObject({ status: 'FAILED', error: { name: expected.name } })
  expect(execution.error?.cause).toMatch(expected.cause)
  expect(current).toBeUndefined()
}

async function afterMending(file: string, content = good) {
  lake.put(file, content)
  const { execution, record } = await lake.night()
  expect(execution.error).toBeNull()
  expect(record?.status).toBe('published')
}

describe('a file that can not be read as events ends the night, with its name and the remedy', () => {
  it.each([
    ['is empty', '', /bad\.csv.*empty/],
    ['has another header', good.replace('brand', 'brnd'), /bad\.csv[\s\S]*brnd/],
    ['has its columns in another order', good.replace('brand,price', 'price,brand'), /bad\.csv[\s\S]*order/],
    [
      'has six of the nine columns',
      'event_time,event_type,product_id,category_id,price,user_id\n',
      /bad\.csv[\s\S]*category_code/,
    ],
  ])('when it %s', async (_, content, cause) => {
    lake.put('bad.csv', content)
    await failsThenWorks({ name: 'InvalidInputError', cause })
    await afterMending('bad.csv')
  })

  it('and all such files are named at once', async () => {
    lake.put('one.csv', '')
    lake.put('two.csv', 'x\n')
    const { execution } = await lake.night()
    expect(execution.error?.cause).toMatch(/one\.csv[\s\S]*two\.csv/)
  })

  it.each([
    ['is no archive', Buffer.from('not gzip')],
    ['is cut off', gzipSync(good).subarray(0, 60)],
  ])('when an archive %s', async (_, content) => {
    lake.put('2019-Oct.csv.gz', content, { zone: RAW.archives })
    await failsThenWorks({ name: 'InvalidInputError', cause: /2019-Oct\.csv\.gz/ })
  })
})

describe('data that must not be published halt the night', () => {
  it('when no row passes', async () => {
    lake.put('bad.csv', csv(line({ time: 'yesterday' }), line({ price: '-1' })))
    await failsThenWorks({ name: 'QualityHaltError', cause: /0 of \d rows pass|no row/i })
    await afterMending('bad.csv')
  })

  it('when a file has a header and nothing else', async () => {
    lake.put('bad.csv', `${CSV_HEADER}\n`)
    await failsThenWorks({ name: 'QualityHaltError', cause: /0 of \d rows pass|no row/i })
  })
})

describe('a slice that is not good enough', () => {
  it('is set aside once, and taken again when it is forced or mended', async () => {
    const bad = goodLines(15, { session: '' })
    lake.put('2019-Oct.csv', csv(...goodLines(5), ...bad))
    lake.put('2019-Nov.csv', good.replaceAll('2019-10-', '2019-11-'), { month: '2019-11' })
    const first = await lake.night()
    expect(first.record).toMatchObject({ status: 'published', setAside: ['csv-2019-10'] })
    expect(Object.keys(first.current?.slices ?? {})).toEqual(['csv-2019-11'])

    const { record } = await lake.night()
    expect(record).toMatchObject({ status: 'unchanged', slices: [], setAside: [] })
    expect(record?.warnings.join()).toMatch(
      /csv-2019-10 is still set aside since .*user_session missing; run r1/,
    )

    const forced = await lake.night({ force: true, months: ['2019-10'] })
    expect(forced.record).toMatchObject({ setAside: ['csv-2019-10'], slices: [{ slice: 'csv-2019-10' }] })

    lake.put('2019-Oct.csv', good)
    const { record: mended, current } = await lake.night()
    expect(mended).toMatchObject({ status: 'published', setAside: [] })
    expect(mended?.warnings.join()).not.toMatch(/set aside/)
    expect(Object.keys(current?.slices ?? {}).sort()).toEqual(['csv-2019-10', 'csv-2019-11'])
  })
})

describe('rows that can not be read are quarantined with all their reasons, and the rest goes on', () => {
  it('keeps the line as it stands', async () => {
    const bad = [
      line({ product: '1e3', price: '-5.00' }),
      line({ time: '2019-11-01 00:00:00 UTC' }),
      line({ brand: '"open' }),
      line({ user: '9223372036854775808' }),
      line({ type: 'stare' }),
      'one,two',
    ]
    lake.put('mixed.csv', csv(...goodLines(300), ...bad))
    const { execution, record } = await lake.night()
    expect(execution.error).toBeNull()
    expect(record?.slices[0]).toMatchObject({
      read: 306,
      curated: 300,
      quarantined: 6,
      reasons: { product_id: 1, price: 1, outside_month: 1, column_count: 2, user_id: 1, event_type: 1 },
    })
    const rows = await lake.query(
      'select raw, reasons from ecommerce_lake.ecomm_user_activity_quarantine order by raw',
    )
    expect(rows).toContainEqual([bad[0], ['product_id', 'price']])
    expect(rows.map(([raw]) => raw).sort()).toEqual([...bad].sort())
  })

  it('reads CRLF, a byte order mark and quoted brands as they are meant', async () => {
    const lines = [...goodLines(20), line({ brand: '"a ""b"", c"', user: '99' })]
    lake.put('windows.csv', `\ufeff${csv(...lines).replaceAll('\n', '\r\n')}`)
    const { record } = await lake.night()
    expect(record?.slices[0]).toMatchObject({ read: 21, curated: 21, quarantined: 0 })
    expect(await lake.query('select brand from ecommerce.user_activity where user_id = 99')).toEqual([
      ['a "b", c'],
    ])
  })

  it('counts a month that lies there twice once, and says so', async () => {
    lake.put('2019-Oct.csv', good)
    lake.put('october-2019.csv', good)
    const { record } = await lake.night()
    expect(record?.slices[0]).toMatchObject({ read: 40, curated: 20, duplicates: 20 })
    expect(record?.warnings.join('\n')).toMatch(/2019-Oct\.csv[\s\S]*october-2019\.csv|duplicate/)
  })
})

describe('a lake that can not be written to', () => {
  it('is named where something stands in the way of a folder, and the next night works', async () => {
    lake.put('2019-Oct.csv', good)
    const { objects, names } = lake.lake.platform
    const inTheWay = objects.pathOf(names.lakeBucket, 'curated')
    writeFileSync(inTheWay, 'not a folder')
    const { execution, current } = await lake.night()
    expect(execution.status).toBe('FAILED')
    expect(failureText(execution.error ?? { name: '', cause: '' })).toContain('curated')
    expect(current).toBeUndefined()
    rmSync(inTheWay)
    await afterMending('2019-Oct.csv')
  })

  it('is named where its disk is full, and the next night works', async ({ skip }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'small-disk-'))
    const mount = (...args: string[]) => spawnSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', folder]).status
    if (mount('-o', 'size=20m') !== 0) skip('skipped: a small disk can only be mounted by root')
    const small = await openTestLake('small', folder)
    try {
      small.put('2019-Oct.csv', csv(...goodLines(20_000)))
      const filler = path.join(folder, 'filler')
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 300_000))
      const { execution, current } = await small.night()
      expect(execution.status).toBe('FAILED')
      expect(failureText(execution.error ?? { name: '', cause: '' })).toMatch(/disk|space/i)
      expect(current).toBeUndefined()
      rmSync(filler)
      expect((await small.night()).record?.status).toBe('published')
    } finally {
      await small.close()
      spawnSync('umount', [folder])
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
