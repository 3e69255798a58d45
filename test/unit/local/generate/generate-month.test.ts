import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CSV_HEADER } from '../../../../catalog/events.ts'
import { type GenerateOptions, generateMonth } from '../../../../local/generate/generate-month.ts'

const root = mkdtempSync(join(tmpdir(), 'generate-'))
afterAll(() => rmSync(root, { recursive: true }))

let files = 0
const generate = async (options: Partial<GenerateOptions> = {}) => {
  const path = join(root, `${files++}`, '2019-Oct.csv')
  const made = await generateMonth({ month: '2019-10', rows: 20_000, seed: 1, path, ...options })
  const bytes = readFileSync(path)
  return { ...made, path, content: bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}
const linesOf = (content: Buffer) => content.toString().split('\n').slice(0, -1)

const LINE =
  /^2019-10-\d\d \d\d:\d\d:\d\d UTC,(view|cart|purchase),\d{7,8},2053\d{15},[a-z_.]*,[a-z]*,\d{1,4}\.\d\d,\d{9},[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('a generated month', () => {
  it('is a CSV of the header and exactly so many sorted lines of its grammar', async () => {
    const { content, rows, bytes } = await generate()
    const [header, ...lines] = linesOf(content)
    expect(header).toBe(CSV_HEADER)
    expect(rows).toBe(20_000)
    expect(bytes).toBe(content.length)
    expect(lines).toHaveLength(20_000)
    expect(lines.filter((line) => !LINE.test(line))).toEqual([])
    const times = lines.map((line) => line.slice(0, 19))
    expect(times).toEqual(times.toSorted())
  })

  it('is the same, byte for byte, for the same month, rows and seed', async () => {
    const [first, second] = await Promise.all([generate(), generate()])
    expect(first.hash).toBe(second.hash)
  })

  it('is the same on every machine', async () => {
    const { hash } = await generate({ rows: 5_000, seed: 7 })
    expect(hash).toBe('91dd2fb412b64000b1fd87dc4e6dc3f6098eace45fea53a9a73e96c7b1e2e04d')
  })

  it('differs with the seed, the month and the rows', async () => {
    const all = [
      await generate(),
      await generate({ seed: 2 }),
      await generate({ month: '2019-12' }),
      await generate({ rows: 20_001 }),
    ]
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(4)
  })

  it.each([1, 2, 10, 999])('can be as small as %d rows', async (rows) => {
    expect(linesOf((await generate({ rows })).content)).toHaveLength(rows + 1)
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 40])('has no %d rows', async (rows) => {
    await expect(generate({ rows })).rejects.toThrow('A month has 1 to')
  })

  it('tells its progress', async () => {
    const seen: number[] = []
    await generate({ rows: 100_000, onProgress: (rows) => seen.push(rows) })
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toBe(100_000)
  })

  it('has a line 78 times in a second once rows allow', async () => {
    const { content } = await generate({ month: '2019-11', rows: 600_000 })
    const counts = new Map<string, number>()
    for (const line of linesOf(content))
      if (line.includes(',cart,')) counts.set(line, (counts.get(line) ?? 0) + 1)
    expect(Math.max(...counts.values())).toBe(78)
  })
})

describe('when generation ends early', () => {
  it('leaves the former file and no partial one', async () => {
    const path = join(root, 'aborted', '2019-Oct.csv')
    mkdirSync(join(root, 'aborted'))
    writeFileSync(path, 'former')
    const stop = new AbortController()
    const run = generate({ path, rows: 200_000, signal: stop.signal, onProgress: () => stop.abort() })
    await expect(run).rejects.toThrow('aborted')
    expect(readdirSync(join(root, 'aborted'))).toEqual(['2019-Oct.csv'])
    expect(readFileSync(path, 'utf8')).toBe('former')
  })

  it('says which folder can not be written', async () => {
    const path = join(root, 'file', '2019-Oct.csv')
    writeFileSync(join(root, 'file'), '')
    await expect(generate({ path })).rejects.toThrow(join(root, 'file'))
  })
})

describe('a month with faults', () => {
  it('has one line of each kind on top, and every other line of the month without', async () => {
    const clean = await generate()
    const faulty = await generate({ faults: 'some' })
    const good = new Set(linesOf(clean.content))
    const bad = linesOf(faulty.content).filter((line) => !good.has(line))
    expect(faulty.rows).toBe(20_012)
    expect(bad).toHaveLength(12)
    expect(bad.filter((line) => LINE.test(line) && !/,-|9{12}|9{20}/.test(line))).toEqual([])
  })
})

describe('two months that follow each other', () => {
  it('share users, and sessions go on over the month’s end', async () => {
    const october = linesOf((await generate({ rows: 100_000 })).content).map((line) => line.split(','))
    const november = linesOf((await generate({ month: '2019-11', rows: 160_000 })).content).map((line) =>
      line.split(','),
    )
    const key = (fields: string[]) => `${fields[2]} ${fields[7]} ${fields[8]}`
    const late = (fields: string[]) => fields[0]?.startsWith('2019-10-31 23:')
    const carts = new Set(october.filter((fields) => fields[1] === 'cart' && late(fields)).map(key))
    const bought = november.filter((fields) => fields[1] === 'purchase' && carts.has(key(fields)))
    expect(bought.length).toBeGreaterThanOrEqual(5)
    const users = new Set(october.map((fields) => fields[7]))
    const again = new Set(november.map((fields) => fields[7]).filter((user) => users.has(user)))
    expect(again.size / users.size).toBeGreaterThan(0.3)
  })
})
