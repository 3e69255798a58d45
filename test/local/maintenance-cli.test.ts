import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { csv, goodLines } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lake-maintenance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const root = path.join(folder, 'lake')
const lake = (...args: string[]) => runCommand(...args, '--lake', root)
const month = (name: string, ...lines: string[]) =>
  csv(...goodLines(60).map((text) => text.replaceAll('2019-10-01', `${name}-02`)), ...lines)
const raw = (name: string): string => {
  const [year, monthOfYear] = name.split('-')
  return path.join(
    root,
    's3/ecommerce-raw-us-east-1-dev/ecomm_user_activity_uncompressed',
    `p_year=${year}`,
    `p_month=${monthOfYear}`,
    'a.csv',
  )
}
const put = (name: string, content = month(name)) => {
  mkdirSync(path.dirname(raw(name)), { recursive: true })
  writeFileSync(raw(name), content)
}
/** Moves the publications of releases into the past. */
function age(...releases: string[]): void {
  for (const name of releases) {
    const file = path.join(root, `s3/ecommerce-lake-us-east-1-dev/control/releases/${name}.json`)
    const document = JSON.parse(readFileSync(file, 'utf8'))
    const publishedAt = new Date(Date.parse(document.publishedAt) - 7 * 24 * 3600 * 1000).toISOString()
    writeFileSync(file, JSON.stringify({ ...document, publishedAt }))
  }
}

describe('operating a lake from the command line', () => {
  beforeAll(async () => {
    put('2019-10')
    put('2019-11')
  })

  it('backfill shows each month, those without files too, and what was published', async () => {
    const { code, out } = await lake('backfill', '--from', '2019-10', '--to', '2019-12')
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(/StartBackfill .* 2 months, 1 without files/)
    expect(out).toMatch(/BackfillMonth .* 2019-11/)
    expect(out).toMatch(/2019-10 +csv-2019-10/)
    expect(out).toMatch(/2019-12 +no files/)
    expect(out).toContain('Release r1 is published, by night r1: npm run lake -- show r1')
  })

  it('backfill of what is there already says so; as JSON the result stands alone', async () => {
    const range = ['--from', '2019-10', '--to', '2019-11']
    expect((await lake('backfill', ...range)).out).toContain(
      'Nothing new to publish: release r1 stays (night r2).',
    )
    const { code, out, err } = await lake('backfill', ...range, '--format', 'json')
    expect(code).toBe(EXIT.success)
    expect(JSON.parse(out)).toMatchObject({
      months: ['2019-10', '2019-11'],
      isPublished: false,
      release: 'r1',
    })
    expect(err).toContain('Execution of ecomm-backfill-dev')
  })

  it('backfill refuses what it can’t read, and what can’t be done', async () => {
    expect(await lake('backfill', '--from', '2019-10')).toMatchObject({ code: EXIT.usage })
    expect(await lake('backfill', '--from', 'October', '--to', '2019-11')).toMatchObject({ code: EXIT.usage })
    const { code, out } = await lake('backfill', '--from', '2019-11', '--to', '2019-10')
    expect(code).toBe(EXIT.nightFailed)
    expect(out).toContain('ends before it begins')
    const failed = await lake('backfill', '--from', '2031-01', '--to', '2031-02', '--format', 'json')
    expect(failed.code).toBe(EXIT.nightFailed)
    expect(JSON.parse(failed.out)).toMatchObject({ status: 'FAILED', error: { name: 'InvalidInputError' } })
  })

  it('backfill says with a code of its own that a slice was set aside', async () => {
    const bad = goodLines(60).map((text) =>
      text.replaceAll('2019-10-01', '2020-01-02').replace(',view,', ',stare,'),
    )
    put('2020-01', month('2020-01', ...bad, ...bad.map((text) => `${text}x`)))
    const { code, out } = await lake('backfill', '--from', '2020-01', '--to', '2020-01')
    expect(out).toMatch(/2020-01 +csv-2020-01/)
    expect(code).toBe(EXIT.setAside)
    rmSync(raw('2020-01'))
  })

  it('rollback goes back, holds publication, and says how it ends', async () => {
    put(
      '2019-11',
      month('2019-11', ...goodLines(1).map((text) => text.replaceAll('2019-10-01', '2019-11-03'))),
    )
    expect((await lake('start')).code).toBe(EXIT.success)
    const { code, out } = await lake('rollback', 'r1', '--reason', 'a row too many')
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(/RollBack .* release r1/)
    expect(out).toContain('Readers see release r1.')
    expect(out).toContain('npm run lake -- rollback --resume')
    expect((await lake('releases')).out).toMatch(/r1 +yes .* publication held since .*: a row too many/)
    const night = await lake('start')
    expect(night.code).toBe(EXIT.success)
    expect(night.out).toContain('Publication is held: readers see release r1.')
    expect(night.out).toContain('- Publication is held at release r1 since')
  })

  it('rollback --resume lets nights publish again', async () => {
    const { code, out } = await lake('rollback', '--resume', '--format', 'json')
    expect(code).toBe(EXIT.success)
    expect(JSON.parse(out)).toEqual({ release: 'r1', held: null })
    const night = await lake('start')
    expect(night.out).toMatch(/Release r\d+, \d+ marts built/)
    expect((await lake('rollback', '--resume')).out).toContain('Publication is not held')
  })

  it('rollback refuses what makes no sense', async () => {
    expect((await lake('rollback')).err).toContain('name a release to go back to')
    expect((await lake('rollback', 'r1', '--resume')).err).toContain('--resume stands alone')
    const { code, out } = await lake('rollback', 'r99')
    expect(code).toBe(EXIT.nightFailed)
    expect(out).toContain('There is no release r99. You can go back to')
  })

  it('vacuum says what it would remove and why the rest stays, then removes it', async () => {
    for (const day of ['04', '05', '06']) {
      put(
        '2019-11',
        month('2019-11', ...goodLines(1).map((text) => text.replaceAll('2019-10-01', `2019-11-${day}`))),
      )
      expect((await lake('start')).code).toBe(EXIT.success)
    }
    const early = await lake('vacuum', '--dry-run')
    expect(early.out).toMatch(/Versions that stay, by what needs them: .*the time of grace \d+/)
    expect(early.out).toContain('It would be 0 versions')

    const all = JSON.parse((await lake('releases', '--format', 'json')).out).map(
      ({ release }: { release: string }) => release,
    )
    age(...all)
    const dry = await lake('vacuum', '--dry-run')
    expect(dry.code).toBe(EXIT.success)
    expect(dry.out).toMatch(/made by +versions +objects +bytes/)
    expect(dry.out).toMatch(/Nobody can go back to .*r1 after that/)
    expect(dry.out).toMatch(/A dry run: nothing was removed. It would be \d+ versions, .* bytes/)

    const { code, out } = await lake('vacuum')
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(/RemoveChunk .* objects, [\d,]+ bytes/)
    expect(out).toMatch(/Removed: \d+ objects, [\d,]+ bytes, \d+ partitions, 0 temporary tables/)
    expect((await lake('releases')).out).toMatch(/r1 .* vacuumed 20\d\d-/)
    expect((await lake('rollback', 'r1')).out).toContain('its files are gone')
    expect(JSON.parse((await lake('vacuum', '--format', 'json')).out)).toMatchObject({
      totals: { versions: 0 },
    })
  })

  it('start names files that are gone, and lets them go where that is confirmed', async () => {
    rmSync(raw('2019-10'))
    const halted = await lake('start')
    expect(halted.code).toBe(EXIT.nightFailed)
    expect(halted.out).toMatch(/csv-2019-10 has lost all its files .*p_month=10\/a\.csv/)
    expect(halted.out).toContain('npm start -- --accept-deletions 2019-10')
    const dry = await lake('start', '--dry-run', '--accept-deletions', '2019-10')
    expect(dry.out).toContain('- take out of the release: csv-2019-10')
    const { code, out } = await lake('start', '--accept-deletions', '2019-10')
    expect(code).toBe(EXIT.success)
    expect(out).toContain('as was confirmed: csv-2019-10 leaves the release')
    expect((await lake('sql', 'select min(event_date) from ecommerce.sales_per_day')).out).toContain(
      '2019-11',
    )
  })

  it.each(['backfill', 'rollback', 'vacuum'])('%s --help has examples and exit codes', async (command) => {
    const { code, out } = await lake(command, '--help')
    expect(code).toBe(EXIT.success)
    expect(out).toMatch(new RegExp(`Examples:\\n {2}npm run lake -- ${command}`))
    expect(out).toContain('Exit codes: 0')
  })

  it('none of them makes a lake where there is none', async () => {
    const nowhere = path.join(folder, 'nowhere')
    expect(await runCommand('vacuum', '--lake', nowhere)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('there is no lake at'),
    })
  })
})
