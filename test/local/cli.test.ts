import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { lockLake } from '../../local/executor/lake-lock.ts'
import { csv, goodLines, hasSample, line, NO_SAMPLE, SAMPLE } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lake-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the command line', () => {
  const root = path.join(folder, 'lake')
  const raw = path.join(folder, '2019-Oct.csv')
  const at = ['--lake', root] as const
  beforeAll(async () => {
    writeFileSync(
      raw,
      csv(...goodLines(120), line({ type: 'purchase', user: '7' }), line({ product: '0x1A' })),
    )
  })

  it('starts a night on a file and prints progress, rows, warnings, times and answers', async () => {
    const { code, out } = await runCommand('start', '--raw', raw, ...at)
    expect(code).toBe(EXIT.success)
    expect(out).toContain('2019-Oct.csv (2019-10')
    expect(out).toMatch(/Curate .* csv-2019-10, \d+ MB\/s/)
    expect(out).toMatch(/BuildMart .* sales_per_day 2019-10/)
    expect(out).toMatch(/csv-2019-10 +122 +121 +0 +1 /)
    expect(out).toMatch(/csv-2019-10 +product_id +1/)
    expect(out).toContain('Time per step')
    expect(out).toContain('What is sold a day?')
  })

  it('says that nothing has changed', async () => {
    const { code, out } = await runCommand('start', ...at)
    expect(code).toBe(EXIT.success)
    expect(out).toContain('Nothing has changed since release r1.')
  })

  it('says on a dry run what a night would do', async () => {
    const { code, out } = await runCommand('start', '--dry-run', '--force', ...at)
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(/process csv-2019-10 as csv-2019-10@r3: 1 file/)
    expect((await runCommand('start', '--dry-run', ...at)).out).toContain('publish nothing')
  })

  it('gives a script the exit code 3 where the night fails, with the reason', async () => {
    const { code, out } = await runCommand('start', '--months', '2031-01', ...at)
    expect(code).toBe(EXIT.nightFailed)
    expect(out).toContain('2031-01')
    expect(out).toContain('Nothing was published: readers see release r1.')
    expect(out).not.toMatch(/PlanSlices .* ms/)
  })

  it('says that a slice was set aside, with an exit code of its own', async () => {
    const bad = path.join(folder, 'aside', '2019-12.csv')
    mkdirSync(path.dirname(bad), { recursive: true })
    const december = goodLines(40).map((text) => text.replaceAll('2019-10-01', '2019-12-01'))
    const rejected = december.map((text) => text.replace(',view,', ',stare,').replace(/,s(\d+)$/, ',x$1'))
    writeFileSync(bad, csv(...december, ...rejected, ...rejected.slice(0, 10)))
    const { code, out } = await runCommand(
      'start',
      '--raw',
      bad,
      '--lake',
      path.join(folder, 'aside', 'lake'),
    )
    expect(code).toBe(EXIT.setAside)
    expect(out).toContain('Set aside, for the reasons above: csv-2019-12.')
    expect(out).toContain('Nothing is published yet.')
    const asked = await runCommand(
      'sql',
      'select * from ecommerce.sales_per_day',
      '--lake',
      path.join(folder, 'aside', 'lake'),
    )
    expect(asked).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('"npm start" makes the views'),
    })
  })

  it('turns a second night away while one has the lake', async () => {
    using _held = lockLake(root)
    const { code, err } = await runCommand('start', ...at)
    expect(code).toBe(EXIT.usage)
    expect(err).toMatch(/in use by another night \(process \d+/)
  })

  it('explains a name that is taken or none, and a size that is none', async () => {
    expect(await runCommand('start', '--name', 'r1', ...at)).toMatchObject({ code: EXIT.usage })
    expect((await runCommand('start', '--name', 'a b', ...at)).err).toContain("can't name an execution")
    expect((await runCommand('show', 'a b', ...at)).code).toBe(EXIT.usage)
    expect((await runCommand('start', '--memory', '4XB', ...at)).code).toBe(EXIT.usage)
    expect((await runCommand('start', '--months', '2019-13', ...at)).code).toBe(EXIT.usage)
  })

  it('refuses a file that is none of ours before anything runs', async () => {
    const bad = path.join(folder, 'bad.csv')
    writeFileSync(bad, 'a,b,c\n1,2,3\n')
    const { code, err } = await runCommand('start', '--raw', bad, ...at)
    expect(code).toBe(EXIT.usage)
    expect(err).toContain('bad.csv')
    expect((await runCommand('start', '--raw', path.join(folder, 'missing.csv'), ...at)).code).toBe(
      EXIT.usage,
    )
  })

  it('lists and shows executions', async () => {
    const { out } = await runCommand('executions', '--format', 'csv', ...at)
    expect(out.split('\n').map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
      'name status',
      'r5 FAILED',
      'r4 SUCCEEDED',
      'r3 SUCCEEDED',
      'r2 SUCCEEDED',
      'r1 SUCCEEDED',
      '',
    ])
    expect((await runCommand('show', 'r1', ...at)).out).toMatch(/PlanMarts +1 +\d+/)
    expect((await runCommand('show', ...at)).out).toContain('InvalidInputError')
    const shown = JSON.parse((await runCommand('show', 'r1', '--format', 'json', ...at)).out)
    expect(shown).toMatchObject({ name: 'r1', status: 'SUCCEEDED', steps: expect.anything() })
    const history = (await runCommand('show', 'r1', '--history', ...at)).out.trim().split('\n')
    expect(JSON.parse(history[0] ?? '')).toMatchObject({ type: 'ExecutionStarted' })
    expect((await runCommand('show', 'r99', ...at)).err).toContain('there is no execution r99')
  })

  it('answers SQL exactly, in three formats', async () => {
    const query = 'select category_id, count(*) as n from ecommerce.user_activity group by 1'
    expect((await runCommand('sql', query, '--format', 'csv', ...at)).out).toBe(
      'category_id,n\n2053013555631882655,121\n',
    )
    expect(JSON.parse((await runCommand('sql', query, '--format', 'json', ...at)).out)).toEqual([
      { category_id: '2053013555631882655', n: 121 },
    ])
    expect((await runCommand('sql', query, ...at)).out).toContain('2053013555631882655  121')
  })

  it('answers wrong SQL and statements that write with exit code 2', async () => {
    expect(await runCommand('sql', 'select nothing', ...at)).toMatchObject({ code: EXIT.usage })
    expect(await runCommand('sql', 'drop table ecommerce.sales_per_day', ...at)).toMatchObject({
      code: EXIT.usage,
    })
    expect((await runCommand('sql', 'select 1', ...at)).code).toBe(EXIT.success)
  })

  it('shows views, columns, releases and the profile', async () => {
    expect((await runCommand('tables', ...at)).out).toContain('ecommerce.sales_per_day')
    expect((await runCommand('describe', 'sales_per_day', ...at)).out).toMatch(/revenue +decimal\(18,2\)/)
    expect((await runCommand('describe', 'nothing', ...at)).err).toContain('there is no view nothing')
    expect((await runCommand('releases', ...at)).out).toMatch(/r1 +yes/)
    expect((await runCommand('profile', ...at)).out).toMatch(/category_id +1 /)
  })

  it('shows rejected rows with file, line and reason', async () => {
    const { out } = await runCommand('quarantine', '--format', 'json', ...at)
    expect(JSON.parse(out)).toMatchObject([
      { line: 123, reasons: 'product_id', raw: expect.stringContaining('0x1A') },
    ])
    expect((await runCommand('quarantine', '--limit', 'x', ...at)).code).toBe(EXIT.usage)
  })

  it('generates a month that a night takes', async () => {
    const out = path.join(folder, 'generated', '2019-Nov.csv')
    const made = await runCommand('generate', '--month', '2019-11', '--rows', '500', '--faults', '--out', out)
    expect(made.code).toBe(EXIT.success)
    expect(readFileSync(out, 'utf8').split('\n').length).toBeGreaterThan(500)
    expect((await runCommand('generate', '--out', out)).err).toContain('--overwrite')
    expect((await runCommand('generate', '--month', 'November')).code).toBe(EXIT.usage)
    expect((await runCommand('generate', '--rows', '-1')).code).toBe(EXIT.usage)
  })

  it('fills an empty lake with a generated month and says so', async () => {
    const { code, out } = await runCommand('start', '--lake', path.join(folder, 'empty'))
    expect(code).toBe(EXIT.success)
    expect(out).toContain('generating a calibrated 2019-10 with 200,000 events')
    expect(out).toMatch(/csv-2019-10 +200,000 /)
  })

  it('knows no lake where there is none, and does not make one', async () => {
    const nowhere = path.join(folder, 'nowhere')
    const { code, err } = await runCommand('tables', '--lake', nowhere)
    expect(code).toBe(EXIT.usage)
    expect(err).toContain('there is no lake')
    expect(existsSync(nowhere)).toBe(false)
  })

  it('explains itself', async () => {
    expect(await runCommand('--help')).toMatchObject({
      code: EXIT.success,
      out: expect.stringContaining('quarantine'),
    })
    expect((await runCommand('sql', '--help')).out).toContain('Examples:')
    expect(await runCommand('start', '--wrong')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('--wrong'),
    })
    expect((await runCommand('sql', 'select 1', '--format', 'xml', ...at)).code).toBe(EXIT.usage)
    expect((await runCommand('start', '--threads', 'two')).code).toBe(EXIT.usage)
  })
})

describe('the real sample', () => {
  it('has 1,000 rows: 987 views, 3 carts, 10 purchases', async ({ skip }) => {
    if (!hasSample) skip(NO_SAMPLE)
    const at = ['--lake', path.join(folder, 'sample')]
    expect((await runCommand('start', '--raw', SAMPLE, ...at)).code).toBe(EXIT.success)
    const { out } = await runCommand(
      'sql',
      'select sum(events), sum(views), sum(carts), sum(purchases) from ecommerce.unique_visitors_per_day',
      '--format',
      'csv',
      ...at,
    )
    expect(out.split('\n')[1]).toBe('1000,987,3,10')
  })
})
