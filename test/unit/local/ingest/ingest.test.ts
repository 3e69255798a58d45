import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { type IngestedFile, ingest } from '../../../../local/ingest/ingest.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { zip } from '../../lambdas/fakes/zip.ts'

const BUCKET = 'ecommerce-raw-us-east-1-dev'
let root: string
let raw: string
let objects: ObjectStore
let notes: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ingest-'))
  raw = join(root, 'my files')
  mkdirSync(raw)
  objects = new ObjectStore(join(root, '.lake'), [BUCKET])
  notes = []
})
afterEach(() => rmSync(root, { recursive: true }))

const row = (time: string) =>
  `${time},view,1004856,2053013555631882655,electronics.smartphone,samsung,130.76,520088904,s`
const csv = (month = '2019-10', rows = 3) =>
  [CSV_HEADER, ...Array.from({ length: rows }, () => row(`${month}-05 10:00:00 UTC`)), ''].join('\n')
const put = (name: string, content: string | Buffer): string => {
  const path = join(raw, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}
const take = (source = raw, onProgress?: (file: IngestedFile, of: number) => void) =>
  ingest({
    source,
    objects,
    bucket: BUCKET,
    onNote: (note) => notes.push(note),
    ...(onProgress && { onProgress }),
  })
const keys = async () => (await objects.list(BUCKET)).objects.map(({ key }) => key)

const OCTOBER = 'p_year=2019/p_month=10'

describe('a file that is ingested', () => {
  it.each([
    ['2019-Oct.csv', csv(), `ecomm_user_activity_uncompressed/${OCTOBER}/2019-Oct.csv`],
    ['2019-Oct.csv.gz', gzipSync(csv()), `ecomm_user_activity/${OCTOBER}/2019-Oct.csv.gz`],
    [
      '2019-Oct.zip',
      zip({ name: '2019-Oct.csv', content: csv() }),
      `ecomm_user_activity/${OCTOBER}/2019-Oct.zip`,
    ],
    ['2019-OCT.CSV', csv(), `ecomm_user_activity_uncompressed/${OCTOBER}/2019-OCT.csv`],
    ['événements 東京 (1).csv', csv(), `ecomm_user_activity_uncompressed/${OCTOBER}/événements 東京 (1).csv`],
  ])('%s goes into its month', async (name, content, key) => {
    const [file] = await take(put(name, content))
    expect(file).toEqual({ name, month: '2019-10', key, bytes: Buffer.byteLength(content), how: 'copied' })
    expect(await keys()).toEqual([key])
  })

  it('is left alone when it is there already, and replaced when it has changed', async () => {
    const path = put('2019-Oct.csv', csv())
    await take(path)
    expect((await take(path))[0]?.how).toBe('unchanged')
    put('2019-Oct.csv', csv('2019-10', 4))
    expect((await take(path))[0]?.how).toBe('replaced')
    expect(await keys()).toHaveLength(1)
  })

  it('is of the month that most of its first rows are of', async () => {
    const lines = [
      row('2019-09-30 23:59:59 UTC'),
      'garbage',
      '',
      ...Array(3).fill(row('2019-10-01 00:00:00 UTC')),
    ]
    const [file] = await take(put('events.csv', [CSV_HEADER, ...lines].join('\r\n')))
    expect(file?.month).toBe('2019-10')
  })

  it('may begin with a BOM, have quoted fields and end in a cut line', async () => {
    const path = put(
      'events.csv',
      `\ufeff${CSV_HEADER}\n"2019-10-01 00:00:00 UTC",view,1,2,,"a,b",1.00,3,s\n2019-10-0`,
    )
    expect((await take(path))[0]?.month).toBe('2019-10')
  })

  it('tells its progress', async () => {
    put('a.csv', csv())
    put('b.csv', csv('2019-11'))
    const seen: string[] = []
    await take(raw, ({ name }, of) => seen.push(`${name} of ${of}`))
    expect(seen).toEqual(['a.csv of 2', 'b.csv of 2'])
  })

  const sample = resolve('../shared/data/2019-Oct-sample.csv')
  it.skipIf(!existsSync(sample))(
    'can be the real sample (skipped where ../shared/data is missing)',
    async () => {
      const [file] = await take(sample)
      expect(file?.key).toBe(`ecomm_user_activity_uncompressed/${OCTOBER}/2019-Oct-sample.csv`)
    },
  )
})

describe('a folder', () => {
  it('gives its raw files and those of its partition folders, and notes what it passes over', async () => {
    put('2019-Nov.csv', csv('2019-11'))
    put('p_year=2019/p_month=10/events.csv', csv())
    put('deeper/2019-Oct.csv', csv())
    put('README.md', 'x')
    put('_SUCCESS.csv', '')
    put('.hidden.csv', 'x')
    expect((await take()).map(({ name }) => name)).toEqual([
      '2019-Nov.csv',
      'p_year=2019/p_month=10/events.csv',
    ])
    expect(notes).toEqual([`${raw}: passed over, being no raw files: README.md, _SUCCESS.csv, deeper/`])
  })

  it('may hold one month under two names', async () => {
    put('2019-Oct.csv', csv())
    put('2019-10.csv', csv())
    expect(await take()).toHaveLength(2)
  })

  it('with nothing in it is refused', async () => {
    put('README.md', 'x')
    await expect(take()).rejects.toThrow(
      `${raw} holds no raw file (passed over, being no raw files: README.md): give a .csv, .csv.gz or .zip, or a folder of them.`,
    )
  })
})

describe('what is refused, with nothing placed', () => {
  const refusal = async (name: string, content: string | Buffer): Promise<string> => {
    put('good.csv', csv())
    put(name, content)
    const error = await take().then(
      () => new Error('was taken'),
      (problem: Error) => problem,
    )
    expect(error.name).toBe('InvalidInputError')
    expect(await keys()).toEqual([])
    return error.message
  }
  const SIX = 'event_time,event_type,product_id,category_id,category_code,brand'

  it.each<[string, string, string | Buffer, string]>([
    ['an empty file', 'a.csv', '', 'a.csv is empty: export it again'],
    ['an empty .gz', 'a.csv.gz', '', 'a.csv.gz is empty'],
    ['a header only', 'a.csv', `${CSV_HEADER}\n`, 'a.csv has no row with an event_time like'],
    [
      'six columns',
      'a.csv',
      `${SIX}\n`,
      'a.csv line 1: has another header (6 of 9 columns; missing price, user_id',
    ],
    [
      'six columns in the rows',
      'a.csv',
      `${CSV_HEADER}\n2019-10-01 00:00:00 UTC,view,1,2,,x\n`,
      'a.csv line 2: 6 of 9',
    ],
    [
      'columns in another order',
      'a.csv',
      csv().replace('event_time,event_type', 'event_type,event_time'),
      'reordered',
    ],
    ['no header', 'a.csv', `${row('2019-10-05 10:00:00 UTC')}\n`, 'a.csv line 1: has no header'],
    ['UTF-16', 'a.csv', Buffer.from(`\ufeff${csv()}`, 'utf16le'), 'a.csv line 1:'],
    ['no time', 'a.csv', `${CSV_HEADER}\n${row('2019-10-05')}\n`, 'a.csv has no row with an event_time'],
    [
      'another month than its name',
      '2019-Nov.csv',
      csv(),
      '2019-Nov.csv is named for 2019-11, but its events are of 2019-10: rename it',
    ],
    [
      'another month than its folder',
      'p_year=2020/p_month=01/a.csv',
      csv(),
      'is named for 2020-01, but its events',
    ],
    ['a .gz that is none', 'a.csv.gz', csv(), 'a.csv.gz is corrupt'],
    ['a cut .zip', 'a.zip', zip({ name: 'a.csv', content: csv() }).subarray(0, 100), 'a.zip can'],
    [
      'a .zip of two files',
      'a.zip',
      zip({ name: 'a.csv', content: csv() }, { name: 'b.csv', content: csv() }),
      'holds 2 files',
    ],
    [
      'a .zip with ../ in a name',
      'a.zip',
      zip({ name: '../a.csv', content: csv() }),
      'invalid relative path: ../a.csv',
    ],
    ['a .zip of something else', 'a.zip', zip({ name: 'a.txt', content: 'x' }), 'a.txt, which is no .csv'],
  ])('%s', async (_, name, content, message) => {
    expect(await refusal(name, content)).toContain(message)
  })

  it('two files for one place, both named', async () => {
    put('2019-Oct.csv', csv())
    expect(await refusal('2019-Oct.zip', zip({ name: 'x.csv', content: csv() }))).toBe(
      `2019-Oct.csv and 2019-Oct.zip would both become ecomm_user_activity_uncompressed/${OCTOBER}/2019-Oct.csv: rename or remove one.`,
    )
  })

  it('all bad files at once', async () => {
    put('a.csv', '')
    expect((await refusal('b.csv', '')).split('\n')).toHaveLength(2)
  })

  it.each(['notes.txt', '_hidden.csv'])('%s on its own', async (name) => {
    await expect(take(put(name, csv()))).rejects.toThrow(name)
  })

  it('a path that does not exist', async () => {
    await expect(take(join(root, 'nowhere'))).rejects.toThrow(
      'nowhere does not exist: give a .csv, .csv.gz or .zip',
    )
    await expect(take(join(put('a.csv', csv()), 'x'))).rejects.toThrow(
      'does not exist: a part of its path is a file',
    )
  })

  it.skipIf(process.getuid?.() === 0)(
    'a folder that is not readable (skipped for root, who reads all)',
    async () => {
      chmodSync(raw, 0)
      await expect(take()).rejects.toThrow('is not readable for this user')
      chmodSync(raw, 0o700)
    },
  )
})

it('a lake that can’t be written is an error that names the key, and the next run works', async () => {
  const path = put('2019-Oct.csv', csv())
  const blocker = join(objects.bucketPath(BUCKET), 'ecomm_user_activity_uncompressed')
  writeFileSync(blocker, '')
  await expect(take(path)).rejects.toThrow('2019-Oct.csv')
  rmSync(blocker)
  expect((await take(path))[0]?.how).toBe('copied')
  expect(readdirSync(objects.staging)).toEqual([])
})
