import { describe, expect, it } from 'vitest'
import { failureText } from '../../../../local/cli/failure-text.ts'
import { createProgress } from '../../../../local/cli/progress.ts'
import { stepTimes } from '../../../../local/cli/steps.ts'
import type { HistoryEvent } from '../../../../local/executor/execution-store.ts'

const visit = (
  state: string,
  { from = 0, to = 5, input = {}, output = {}, stateType = 'Task', parent }: Partial<Visit> = {},
): HistoryEvent[] => [
  { timestamp: from, type: 'StateEntered', state, stateType, input, ...(parent && { parent }) },
  { timestamp: to, type: 'StateExited', state, stateType, input, output, ...(parent && { parent }) },
]
interface Visit {
  from: number
  to: number
  input: unknown
  output: unknown
  stateType: string
  parent: string
}

function printed(events: readonly HistoryEvent[], terminal = false): string {
  let text = ''
  const write = (part: string) => {
    text += part
  }
  const progress = createProgress({ write, terminal })
  for (const event of events) progress(event)
  return text
}

const slice = { slice: { slice: 'csv-2019-10', bytes: 50_000_000 } }

describe('the progress of a night', () => {
  it('has a line for each task with its time, its counts and its rate', () => {
    const rows = { read: 1200, curated: 1000, duplicates: 150, quarantined: 50 }
    expect(
      printed([
        ...visit('StartNight', { output: { archives: [{}] } }),
        ...visit('PlanSlices', { output: { plan: { slices: [{}, {}], unchanged: ['x'] } } }),
        ...visit('Curate', { to: 2000, input: slice }),
        ...visit('ReconcileSlice', { input: slice, output: { rows } }),
        ...visit('GateSlice', { input: slice, output: { gate: { action: 'warn' } } }),
        ...visit('BuildMart', { input: { mart: 'sales_per_day', month: '2019-10' } }),
        ...visit('Publish', { output: { release: { release: 'r7' } } }),
      ]),
    ).toBe(
      [
        '  StartNight             5 ms  1 archive to unpack',
        '  PlanSlices             5 ms  2 slices changed, 1 unchanged',
        '  Curate                2.0 s  csv-2019-10, 25 MB/s',
        '  ReconcileSlice         5 ms  csv-2019-10: 1,200 read, 1,000 curated, 150 duplicates, 50 quarantined',
        '  GateSlice              5 ms  csv-2019-10: warn',
        '  BuildMart              5 ms  sales_per_day 2019-10',
        '  Publish                5 ms  release r7',
        '',
      ].join('\n'),
    )
  })

  it('tells items of a Map apart that run side by side', () => {
    const item = (mart: string) => ({ input: { mart, month: '2019-10' } })
    const [enterA, exitA] = visit('BuildMart', { ...item('a'), from: 0, to: 10 })
    const [enterB, exitB] = visit('BuildMart', { ...item('b'), from: 5, to: 20 })
    const events = [enterA, enterB, exitA, exitB].filter((event) => event !== undefined)
    expect(printed(events)).toBe(
      '  BuildMart             10 ms  a 2019-10\n  BuildMart             15 ms  b 2019-10\n',
    )
  })

  it('keeps to itself what says nothing, and lets a Map speak for its items', () => {
    expect(
      printed([
        ...visit('Dry run?', { stateType: 'Choice' }),
        ...visit('CreateIngestion'),
        ...visit('RefreshDashboards', { stateType: 'Map', input: { release: { ingestions: [{}, {}] } } }),
      ]),
    ).toBe('  RefreshDashboards      5 ms  2 data sets\n')
  })

  it('says what is tried again and what failed', () => {
    const event = { timestamp: 0, state: 'Curate', stateType: 'Task', input: {} }
    expect(
      printed([
        { ...event, type: 'StateRetried' },
        { ...event, type: 'StateFailed' },
      ]),
    ).toBe('  Curate: failed, trying again\n  Curate               failed\n')
  })

  it('shows on a terminal what runs now, and replaces that line', () => {
    expect(printed(visit('StartCrawler'), true)).toBe(
      '\r\x1b[2K  StartCrawler …\r\x1b[2K  StartCrawler           5 ms\n',
    )
  })
})

describe('the time per step', () => {
  it('counts visits, and a Map as one step', () => {
    expect(
      stepTimes([
        ...visit('GetCrawler', { to: 3 }),
        ...visit('GetCrawler', { from: 10, to: 14 }),
        ...visit('CurateSlices', { stateType: 'Map', to: 100 }),
        ...visit('Curate', { parent: 'CurateSlices', to: 90 }),
        ...visit('Slice good?', { stateType: 'Choice' }),
      ]).rows,
    ).toEqual([
      ['GetCrawler', 2, 7],
      ['CurateSlices', 1, 100],
    ])
  })
})

describe('the cause of a failure', () => {
  it.each([
    ['a job', { JobName: 'j', ErrorMessage: 'The disk is full.' }, 'The disk is full.'],
    [
      'a query',
      { QueryExecution: { Status: { StateChangeReason: 'TABLE_NOT_FOUND: x' } } },
      'TABLE_NOT_FOUND: x',
    ],
    ['something else', { Other: 1 }, '{"Other":1}'],
  ])('of %s is said in words', (_, cause, text) => {
    expect(failureText({ name: 'States.TaskFailed', cause: JSON.stringify(cause) })).toBe(text)
  })

  it('has its name where it is our own', () => {
    expect(failureText({ name: 'QualityHaltError', cause: 'no rows' })).toBe('QualityHaltError: no rows')
    expect(failureText({ name: 'States.TaskFailed', cause: 'no JSON' })).toBe('no JSON')
  })
})
