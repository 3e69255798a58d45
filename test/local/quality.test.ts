import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { generateMonth } from '../../local/generate/generate-month.ts'
import { runCommand } from './run-command.ts'

interface Row {
  readonly run: string
  readonly verdict: string
  readonly subject: string
  readonly rule: string
  readonly value: string | number
  readonly message: string
}

/** A generated October and November: November's 15th has no purchase, as in the real data. */
describe('the quality of a lake', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lake-quality-'))
  const at = ['--lake', path.join(folder, 'lake')] as const
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const night = async (month: string, rows: number, name = `${month}.csv`) => {
    const file = path.join(folder, month, name)
    mkdirSync(path.dirname(file), { recursive: true })
    await generateMonth({ month, rows, seed: 7, path: file })
    return runCommand('start', '--raw', file, ...at)
  }
  const verdicts = async (...args: string[]): Promise<Row[]> =>
    JSON.parse((await runCommand('quality', ...args, '--format', 'json', ...at)).out)

  it('is nothing before the first night', async () => {
    mkdirSync(path.join(folder, 'lake'))
    expect(await runCommand('quality', ...at)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('no run has judged anything yet'),
    })
  })

  describe('after two months', () => {
    beforeAll(async () => {
      expect((await night('2019-10', 20_000)).code).toBe(EXIT.success)
    })

    it('warns of a day without purchases by its date, and publishes it', async () => {
      const { code, out } = await night('2019-11', 30_000)
      expect(code).toBe(EXIT.success)
      expect(out).toContain(
        'sales_per_day 2019-11: "items is above zero" fails for 1 row (event_date 2019-11-15). Ask the shop whether nothing was sold on that day.',
      )
      const sales = await runCommand(
        'sql',
        "select items from ecommerce.sales_per_day where event_date = '2019-11-15'",
        '--format',
        'csv',
        ...at,
      )
      expect(sales.out).toBe('items\n0\n')
    })

    it('shows the verdicts of the last run, warnings first, with their figures', async () => {
      const all = await verdicts()
      expect(new Set(all.map(({ run }) => run))).toEqual(new Set(['r2']))
      const severities = all.map(({ verdict }) => verdict)
      expect(severities.slice(0, severities.lastIndexOf('warn') + 1)).not.toContain('pass')
      expect(all.filter(({ verdict }) => verdict === 'warn').map(({ rule }) => rule)).toContain(
        'items is above zero',
      )
      const drift = all.find(({ rule }) => rule === 'drift of events a day')
      expect(drift).toMatchObject({ subject: 'csv-2019-11', verdict: 'pass', value: expect.any(Number) })
      expect(drift?.message).toMatch(
        /^\d+ events a day, where the month before had \d+, .*against csv-2019-10@r1/,
      )
      const price = all.find(({ rule }) => rule === 'drift of price p50')
      expect(price?.message).toMatch(/^p50 of the price is \d+\.\d\d, before \d+\.\d\d, /)
      expect(all.some(({ subject }) => subject === 'partition key category_id')).toBe(true)
      expect(all.some(({ subject }) => subject === 'product_sales 2019-11')).toBe(true)
    })

    it('shows a former run, and as a table how many verdicts there are of each kind', async () => {
      const { code, out } = await runCommand('quality', 'r1', ...at)
      expect(code).toBe(EXIT.success)
      expect(out).toMatch(/^r1: (\d+ warn, )?\d+ pass\n/)
      expect(out).toMatch(/verdict +subject +rule +value +threshold +message/)
      expect(out).toContain('There is nothing to compare with yet.')
    })

    it('fails only where it is asked to', async () => {
      expect((await runCommand('quality', ...at)).code).toBe(EXIT.success)
      expect((await runCommand('quality', '--fail-on', 'warn', ...at)).code).toBe(EXIT.qualityFound)
      expect((await runCommand('quality', '--fail-on', 'quarantine', ...at)).code).toBe(EXIT.success)
      expect((await runCommand('quality', '--fail-on', 'pass', ...at)).code).toBe(EXIT.usage)
    })

    it('explains a run that judged nothing', async () => {
      expect((await runCommand('start', ...at)).out).toContain('Nothing has changed')
      const { code, err } = await runCommand('quality', 'r3', ...at)
      expect(code).toBe(EXIT.usage)
      expect(err).toContain('run r3 judged nothing')
      expect((await verdicts())[0]?.run).toBe('r2')
    })

    it('warns of drift against the same month as it was published', async () => {
      const { code, out } = await night('2019-11', 50_000, 'more.csv')
      expect(code).toBe(EXIT.success)
      expect(out).toMatch(
        /csv-2019-11: \d+ events, where the release has \d+\. Check that no file is missing or doubled/,
      )
      const all = await verdicts('--fail-on', 'halt')
      expect(all.find(({ rule }) => rule === 'drift of cart share')?.message).toMatch(
        /against csv-2019-11@r2/,
      )
    })
  })
})
