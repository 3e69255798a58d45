import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARTS } from '../../athena-views/index.ts'
import { levelsOf } from '../../athena-views/levels.ts'
import { invocationsOf, transitionsOf } from '../../cost/night.ts'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { openExistingLake } from '../../local/cli/open-lake.ts'
import { type HistoryUse, historyUse } from '../../local/cost/history-use.ts'
import { REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import { csv, goodLines } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

interface Row {
  readonly part: string
  readonly quantity: number
  readonly unit: string
  readonly usd: number
  readonly source: string
}

const folder = mkdtempSync(path.join(tmpdir(), 'lake-cost-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what a run would have cost', () => {
  const lake = path.join(folder, 'lake')
  const at = ['--lake', lake] as const
  beforeAll(async () => {
    const raw = path.join(folder, '2019-Oct.csv')
    mkdirSync(lake)
    writeFileSync(raw, csv(...goodLines(500)))
    expect((await runCommand('start', '--raw', raw, ...at)).code).toBe(EXIT.success)
    expect((await runCommand('start', ...at)).code).toBe(EXIT.success)
  })

  const items = async (...args: string[]): Promise<Row[]> =>
    JSON.parse((await runCommand('cost', ...args, '--format', 'json', ...at)).out)
  const of = (rows: readonly Row[], part: string, unit?: string) =>
    rows.find((row) => row.part === part && (unit === undefined || row.unit === unit))

  const usedIn = async (name: string): Promise<HistoryUse> => {
    await using open = await openExistingLake({ lake })
    return historyUse(open.executions.history(open.platform.names.nightly, name))
  }
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)

  it('the model counts the steps and invocations of a night as they are', async () => {
    const used = await usedIn('r1')
    const work = {
      slices: [{ rows: 500 }],
      martMonths: MARTS.map(() => 0),
      levels: levelsOf(MARTS).length,
      ingestions: REFRESHED_VIEWS.length,
    }
    const polls = {
      crawl: used.visits.get('GetCrawler') ?? 0,
      ingestions: used.visits.get('DescribeIngestion') ?? 0,
    }
    const mend = 'the state machine has changed: mend TRANSITIONS and INVOCATIONS in cost/night.ts'
    expect(used.transitions, mend).toBe(transitionsOf(work, polls))
    expect(sum(used.invocations), mend).toBe(invocationsOf(work))
  })

  it('and those of a night that finds nothing', async () => {
    const used = await usedIn('r2')
    const work = { slices: [], martMonths: [], levels: 0, ingestions: 0 }
    expect(used.transitions).toBe(transitionsOf(work, { crawl: 0, ingestions: 0 }))
    expect(sum(used.invocations)).toBe(invocationsOf(work))
  })

  it('is a line for each thing that is paid for, with what is measured and what is not', async () => {
    const rows = await items('r1')
    // A minute on two workers of one DPU, the least that is billed.
    expect(of(rows, 'Glue jobs')).toMatchObject({ unit: 'DPU-hour', source: 'estimated' })
    expect(of(rows, 'Glue jobs')?.quantity).toBeCloseTo((2 * 60) / 3_600, 6)
    expect(of(rows, 'Glue crawler')?.usd).toBeCloseTo(0.146667, 5)
    expect(of(rows, 'DataBrew profile')?.usd).toBeCloseTo(0.04, 6)
    // Each mart's statement and each mart's tests read less than the 10 MB that are billed.
    expect(of(rows, 'Athena')).toMatchObject({ source: 'measured' })
    expect(of(rows, 'Athena')?.quantity).toBeCloseTo((2 * MARTS.length * 10e6) / 1e12, 9)
    expect(of(rows, 'S3 storage')).toMatchObject({ unit: 'GB-month', source: 'measured' })
    expect(of(rows, 'SNS mails')).toMatchObject({ quantity: 1, source: 'measured' })
    for (const { usd, quantity } of rows) expect(usd > 0 && quantity > 0).toBe(true)
  })

  it('follows the sizes of the environment', async () => {
    const [dev, prod] = [await items('r1'), await items('r1', '--environment', 'prod')]
    expect(of(prod, 'Glue jobs')?.quantity).toBeCloseTo(5 * (of(dev, 'Glue jobs')?.quantity ?? 0), 6)
    expect(of(prod, 'Lambda', 'GB-second')).toEqual(of(dev, 'Lambda', 'GB-second'))
  })

  it('of a night that found nothing is next to nothing', async () => {
    const rows = await items()
    expect(rows.reduce((total, { usd }) => total + usd, 0)).toBeLessThan(0.01)
    expect(rows.map(({ part }) => part)).toEqual(['Step Functions', 'Lambda', 'Lambda', 'SNS mails'])
    expect(of(rows, 'Step Functions')).toMatchObject({ quantity: 8, source: 'measured' })
  })

  it('as a table has the sum, and says what it assumes', async () => {
    const { code, out } = await runCommand('cost', 'r1', ...at)
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(/\ntogether +- +- +\d+\.\d{4} +-\n/)
    expect(out).toContain('What r1 would have cost on AWS with the sizes of dev: an estimate, not a bill.')
    expect(out).toMatch(/List prices of us-east-1, looked up on \d{4}-\d\d-\d\d/)
    expect(out).toContain('- 28,500 rows a second that one vCPU of Glue curates (npm run bench:engines')
    expect((await runCommand('cost', 'r1', '--format', 'csv', ...at)).out).toMatch(
      /^part,quantity,unit,usd,source\nStep Functions,\d+,transition,0\.\d+,estimated\n/,
    )
  })

  it('explains what it can not estimate', async () => {
    expect(await runCommand('cost', 'r9', ...at)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('there is no execution r9'),
    })
    expect(await runCommand('cost', '--stream', ...at)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('belong to --month'),
    })
  })
})

describe('what a month would cost', () => {
  const volume = ['--month', '--events-per-day', '1400000'] as const

  it('needs a volume and no lake', async () => {
    const nowhere = ['--lake', path.join(folder, 'nowhere')]
    const daily = JSON.parse((await runCommand('cost', ...volume, '--format', 'json', ...nowhere)).out)
    expect(daily.map(({ part }: Row) => part)).toContain('KMS')
    expect(await runCommand('cost', '--month')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('--events-per-day'),
    })
  })

  it('has the stream where it is asked for, and less work where one file comes', async () => {
    const total = async (...args: string[]) =>
      JSON.parse((await runCommand('cost', ...volume, '--format', 'json', ...args)).out).reduce(
        (sum: number, { usd }: Row) => sum + usd,
        0,
      )
    const [daily, monthly, streamed] = [
      await total(),
      await total('--exports', 'monthly'),
      await total('--stream'),
    ]
    expect(monthly).toBeLessThan(daily / 3)
    expect(streamed).toBeGreaterThan(daily + 200)
    const { out } = await runCommand('cost', ...volume, '--stream')
    expect(out).toMatch(/\nKinesis +2160 +stream-hour +86\.4000 +estimated\n/)
    expect(out).toContain('events a second that a KPU keeps up with')
  })

  it('refuses what does not go together, and environments that there are none', async () => {
    expect((await runCommand('cost', 'r1', ...volume)).err).toContain('--month is of no run')
    expect(await runCommand('cost', ...volume, '--environment', 'nowhere')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining("there is no environment 'nowhere': choose one of dev, test, prod"),
    })
    expect((await runCommand('cost', '--month', '--events-per-day', '-5')).code).toBe(EXIT.usage)
    expect((await runCommand('cost', ...volume, '--exports', 'hourly')).code).toBe(EXIT.usage)
  })
})
