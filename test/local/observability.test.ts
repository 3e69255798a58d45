import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../local/cli/exit-codes.ts'
import { runMachine } from '../../local/cli/run-machine.ts'
import { lockLake } from '../../local/executor/lake-lock.ts'
import { TaskError } from '../../local/executor/task-error.ts'
import { isEmf, metricsOf } from '../unit/lambdas/fakes/emf.ts'
import { csv, goodLines, line, openTestLake, type TestLake } from './lake-harness.ts'
import { runCommand } from './run-command.ts'

/** What a lake tells of its runs: a night that publishes, one with nothing new, ones that fail, one that is redriven. */
describe('what a lake tells of itself', () => {
  let lake: TestLake
  /** A part of the resource of tasks that are to fail. */
  let broken: string | undefined
  const arn = (name: string) => `arn:aws:states:us-east-1:000000000000:execution:ecomm-nightly-dev:${name}`
  const linesOf = (name: string) => lake.lake.platform.logs.read('ecomm-nightly-dev', name).lines
  const logsOf = (name: string) =>
    linesOf(name)
      .filter((text) => !isEmf(text))
      .map((text) => JSON.parse(text))
  const command = (...args: string[]) => runCommand(...args, '--lake', lake.lake.root)

  beforeAll(async () => {
    lake = await openTestLake('observability', undefined, {
      executor: {
        door: (door) => ({
          ...door,
          async run(resource, input, ...rest) {
            if (broken && resource.includes(broken)) throw new TaskError('SabotageError', 'it was to fail')
            return door.run(resource, input, ...rest)
          },
        }),
      },
    })
    lake.put('2019-Oct.csv', csv(...goodLines(100), line({ product: 'x' }), ...goodLines(1)))
    await lake.night({ startedBy: 'ada' })
    await lake.night()
    await lake.night({ months: ['2031-01'] })
    lake.put(
      '2019-Nov.csv',
      csv(...goodLines(50).map((text) => text.replaceAll('2019-10-01', '2019-11-05'))),
      {
        month: '2019-11',
      },
    )
    broken = 'prepare-mart'
    const { execution } = await lake.night()
    expect(execution).toMatchObject({ name: 'r4', status: 'FAILED' })
  })
  afterAll(() => lake.close())

  describe('the view of runs', () => {
    const runs = (columns: string, where = 'true') =>
      lake.query(`select ${columns} from ecommerce.runs where ${where} order by started_at`)

    it('has a row for each, with who, what and how it ended', async () => {
      expect(await runs('run, started_by, outcome, release, slices, error')).toEqual([
        ['r1', 'ada', 'published', 'r1', 1, null],
        ['r2', null, 'unchanged', 'r1', 0, null],
        ['r3', null, 'failed', 'r1', 0, 'InvalidInputError'],
        ['r4', null, 'failed', 'r1', 1, 'SabotageError'],
      ])
    })

    it('has its figures, that add up', async () => {
      expect(
        await runs('rows_read, rows_curated, rows_duplicate, rows_quarantined, marts_built', "run = 'r1'"),
      ).toEqual([[102n, 100n, 1n, 1n, 12]])
      const [[scanned, seconds] = []] = await runs('bytes_scanned, seconds', "run = 'r1'")
      expect(scanned).toBeGreaterThan(1000n)
      const [[cost, unchanged] = []] = await lake.query(
        "select max(cost_usd) filter (run = 'r1'), max(cost_usd) filter (run = 'r2') from ecommerce.runs",
      )
      expect(Number(cost)).toBeGreaterThan(0.05)
      expect(Number(unchanged)).toBeLessThan(0.01)
      expect(seconds).toBeGreaterThan(0)
    })

    it('goes with the slices that were taken up, and what was made of each', async () => {
      const slices =
        'select run, slice, version, outcome, rows_read, files from ecommerce.run_slices order by run'
      expect(await lake.query(slices)).toEqual([
        ['r1', 'csv-2019-10', 'csv-2019-10@r1', 'published', 102n, 1],
        ['r4', 'csv-2019-11', 'csv-2019-11@r4', 'curated', 50n, 1],
      ])
    })

    it('names the input by a fingerprint, which the release has too', async () => {
      const [[fingerprint] = []] = await lake.query(
        "select fingerprint from ecommerce.run_slices where slice = 'csv-2019-10'",
      )
      const { lakeBucket } = lake.lake.platform.names
      const text = await lake.lake.platform.objects.text(lakeBucket, 'control/releases/r1.json')
      expect(JSON.parse(text ?? '').slices['csv-2019-10'].fingerprint).toBe(fingerprint)
    })

    it('has one row of a run that was redriven, that of its last end', async () => {
      broken = undefined
      const { ended } = await lake.lake.states.redrive({ machine: 'ecomm-nightly-dev', name: 'r4' })
      expect((await ended).status).toBe('SUCCEEDED')
      expect(await runs('outcome, redrives, release, error', "run = 'r4'")).toEqual([
        ['published', 1, 'r4', null],
      ])
      expect(
        await lake.query(
          "select outcome from ecommerce.run_slices where run = 'r4' and slice = 'csv-2019-11'",
        ),
      ).toEqual([['published']])
    })

    it('has a run that was stopped', async () => {
      const controller = new AbortController()
      const stopped = runMachine(lake.lake, {
        machine: 'ecomm-nightly-dev',
        input: { force: true },
        signal: controller.signal,
        onEvent: ({ type }) => {
          if (type === 'MapStateEntered') controller.abort()
        },
      })
      const { name, status } = await stopped
      expect(status).toBe('ABORTED')
      expect(await runs('outcome, release', `run = '${name}'`)).toEqual([['aborted', 'r4']])
    })

    it('keeps every run when a former release is shown again, and has that one too', async () => {
      const before = await runs('run')
      const machine = lake.lake.platform.names.rollback
      const { name, status } = await runMachine(lake.lake, {
        machine,
        input: { release: 'r1', startedBy: 'ada' },
      })
      expect(status).toBe('SUCCEEDED')
      expect(await runs('outcome, release, started_by, machine', `run = 'rollback-${name}'`)).toEqual([
        ['rolled-back', 'r1', 'ada', machine],
      ])
      expect((await runs('run')).slice(0, -1)).toEqual(before)
      await runMachine(lake.lake, { machine, input: { resume: true } })
    })
  })

  describe('the log', () => {
    it('has the execution in every line, of functions, of the job and of metrics', () => {
      const lines = linesOf('r1').map((text) => JSON.parse(text))
      expect(lines.length).toBeGreaterThan(50)
      for (const entry of lines) expect(entry).toMatchObject({ execution: arn('r1'), run: 'r1' })
      expect(new Set(lines.map(({ service }) => service))).toEqual(
        new Set([
          'start-night',
          'plan-slices',
          'gate-partition-key',
          'curate',
          'reconcile-slice',
          'gate-slice',
          'register-slice',
          'plan-marts',
          'prepare-mart',
          'register-mart',
          'test-mart',
          'publish-release',
          'record-run',
        ]),
      )
    })

    it('has slice, version and mart where there is one', () => {
      const all = logsOf('r1')
      const of = (service: string) => all.filter((entry) => entry.service === service)
      for (const service of ['curate', 'reconcile-slice', 'gate-slice', 'register-slice'])
        for (const entry of of(service))
          expect(entry).toMatchObject({ slice: 'csv-2019-10', version: 'csv-2019-10@r1' })
      for (const entry of of('test-mart'))
        expect(entry).toMatchObject({ mart: expect.any(String), month: '2019-10', version: '2019-10@r1' })
    })

    it('keeps lines of executions apart, and has why one failed', () => {
      for (const name of ['r1', 'r2', 'r3', 'r4'])
        expect(new Set(logsOf(name).map(({ execution }) => execution))).toEqual(new Set([arn(name)]))
      expect(logsOf('r3').find(({ level }) => level === 'ERROR')).toMatchObject({
        service: 'plan-slices',
        error: { name: 'InvalidInputError' },
      })
      expect(logsOf('r3').map(({ service }) => service)).toContain('record-failure')
    })

    it('has metrics that CloudWatch would take, among them the time of each step', () => {
      const sent = linesOf('r1').filter(isEmf).flatMap(metricsOf)
      const sum = (name: string) =>
        sent.filter((metric) => metric.name === name).reduce((total, { value }) => total + value, 0)
      expect([sum('RowsRead'), sum('RowsCurated'), sum('RowsDuplicate'), sum('RowsQuarantined')]).toEqual([
        102, 100, 1, 1,
      ])
      expect([sum('Releases'), sum('NightsSucceeded')]).toEqual([1, 1])
      expect(sum('BytesScanned')).toBeGreaterThan(1000)
      for (const age of ['NewestEventAge', 'NewestFileAge']) expect(sum(age), age).toBeGreaterThan(0)
      const steps = sent.flatMap(({ dimensions }) => dimensions.step ?? [])
      for (const step of ['PlanSlices', 'Curate', 'BuildMart', 'Publish', 'RefreshDashboards'])
        expect(steps).toContain(step)
      const keys = new Set(sent.flatMap(({ dimensions }) => Object.keys(dimensions)))
      expect(keys).toEqual(new Set(['service', 'environment', 'step']))
    })

    it('is shown at the command line, of a level, as metrics, as it is', async () => {
      const all = await command('logs', 'r1')
      expect(all.code).toBe(EXIT.success)
      expect(all.out).toMatch(/INFO +curate +csv-2019-10@r1 +succeeded/)
      expect((await command('logs', 'r3', '--level', 'error')).out).toMatch(
        /^\S+ +ERROR +plan-slices +failed: .*2031-01/,
      )
      expect((await command('logs', 'r1', '--metrics')).out).toMatch(
        /record-run +step=Curate +StepDuration \d+ Milli/,
      )
      const raw = (await command('logs', 'r1', '--format', 'json', '--follow')).out.trim().split('\n')
      expect(raw).toEqual(linesOf('r1').filter((text) => !isEmf(text)))
      expect(await command('logs', 'r99')).toMatchObject({ code: EXIT.usage })
      expect(await command('logs', '--level', 'loud')).toMatchObject({ code: EXIT.usage })
      expect((await command('logs', '--machine', 'rollback')).out).toContain('record-rollback')
    })
  })

  it('follows the log of an execution until it ends', async () => {
    // As while "lake start" runs in another process.
    using _held = lockLake(lake.lake.root)
    const night = lake.night({ months: ['2019-10'], force: true })
    const newest = () => lake.lake.executions.list('ecomm-nightly-dev')[0]
    while (newest()?.status !== 'RUNNING') await sleep(5)
    const { out } = await command('logs', '--follow')
    expect((await night).execution.status).toBe('SUCCEEDED')
    expect(out).toMatch(/start-night +started\n/)
    expect(out).toMatch(/record-run +succeeded\n$/)
  })

  describe('lineage', () => {
    const key = (name: string, month: string) =>
      `ecomm_user_activity_uncompressed/p_year=${month.slice(0, 4)}/p_month=${month.slice(5)}/${name}`

    it('goes from a view to marts, slices, files, and the executions that made them', async () => {
      const { out } = await command('lineage', 'sales_per_day', '--release', 'r4', '--format', 'json')
      const found = JSON.parse(out)
      expect(found.marts).toMatchObject([
        { month: '2019-10', version: '2019-10@r1', execution: arn('r1'), startedBy: 'ada', isProven: true },
        { month: '2019-11', version: '2019-11@r4', execution: arn('r4'), isProven: true },
      ])
      expect(found.slices).toMatchObject([
        {
          version: 'csv-2019-10@r1',
          execution: arn('r1'),
          files: [{ key: key('2019-Oct.csv', '2019-10'), now: 'same' }],
        },
        { version: 'csv-2019-11@r4', execution: arn('r4'), files: [{ key: key('2019-Nov.csv', '2019-11') }] },
      ])
      const [{ size, etag }] = found.slices[0].files
      const path = lake.lake.platform.objects.pathOf(
        lake.lake.platform.names.rawBucket,
        key('2019-Oct.csv', '2019-10'),
      )
      expect(size).toBe(readFileSync(path).length)
      expect(etag).toMatch(/^"/)
    })

    it('of a former release is what it was then', async () => {
      const { out } = await command('lineage', 'ecommerce.user_activity', '--release', 'r1')
      expect(out).toContain('csv-2019-10@r1')
      expect(out).not.toContain('csv-2019-11')
      expect(out).toContain('ecomm-nightly-dev:r1')
    })

    it('goes from a file to the views, and says what has become of the file', async () => {
      const november = key('2019-Nov.csv', '2019-11')
      const { out } = await command(
        'lineage',
        '--file',
        '2019-Nov.csv',
        '--release',
        'r4',
        '--format',
        'json',
      )
      const { slices, marts, views } = JSON.parse(out)
      expect(slices).toMatchObject([{ slice: 'csv-2019-11', files: [{ key: november, now: 'same' }] }])
      expect(marts.every(({ version }: { version: string }) => version.endsWith('@r4'))).toBe(true)
      expect(views).toContain('sales_per_day')
      lake.put('2019-Nov.csv', 'other', { month: '2019-11' })
      expect((await command('lineage', '--file', november, '--release', 'r4')).out).toContain('changed since')
    })

    it('says what is not to be found, and where to look', async () => {
      expect((await command('lineage', '--file', '2019-Nov.csv', '--release', 'r1')).err).toMatch(
        /release r1 has nothing of .*It was read for .*csv-2019-11@r4/,
      )
      expect((await command('lineage', '--file', 'nowhere.csv')).err).toContain('no run has read nowhere.csv')
      expect((await command('lineage', 'runs')).err).toContain('no release has a view runs')
      expect((await command('lineage')).err).toContain('name a view, or a raw file')
      expect((await command('lineage', 'sales_per_day', '--release', 'r99')).err).toContain('no release r99')
    })
  })
})
