import { describe, expect, it } from 'vitest'
import { failureText } from '../../../../local/cli/failure-text.ts'
import { createProgress } from '../../../../local/cli/progress.ts'
import { stepTimes } from '../../../../local/cli/steps.ts'
import type { Json } from '../../../../local/executor/asl/json.ts'
import type { HistoryEvent } from '../../../../local/executor/history-event.ts'

let id = 0
const event = (type: string, timestamp: number, rest: Partial<HistoryEvent> = {}): HistoryEvent => {
  id += 1
  return { id, previousEventId: id - 1, type, timestamp, ...rest }
}

const visit = (
  state: string,
  { from = 0, to = 5, input = {}, output = {}, stateType = 'Task', frame }: Partial<Visit> = {},
): HistoryEvent[] => {
  const at = { state, ...(frame && { frame }) }
  return [
    event(`${stateType}StateEntered`, from, { ...at, details: { name: state, input } }),
    event(`${stateType}StateExited`, to, { ...at, details: { name: state, output } }),
  ]
}
interface Visit {
  from: number
  to: number
  input: Json
  output: Json
  stateType: string
  frame: string[]
}

function printed(
  events: readonly HistoryEvent[],
  terminal = false,
  before: readonly HistoryEvent[] = [],
): string {
  let text = ''
  const write = (part: string) => {
    text += part
  }
  const progress = createProgress({ write, terminal, before })
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

  it('says what of a stream is left out, where something is', () => {
    const rows = {
      read: 9,
      curated: 2,
      duplicates: 0,
      quarantined: 0,
      leftOut: { replayed: 7, neighbours: 0 },
    }
    expect(printed(visit('ReconcileSlice', { input: slice, output: { rows } }))).toContain(
      '9 read, 2 curated, 0 duplicates, 0 quarantined, 7 replayed\n',
    )
  })

  it('tells items of a Map apart that run side by side', () => {
    const item = (mart: string, i: number) => ({
      input: { mart, month: '2019-10' },
      frame: [`BuildMarts[${i}]`],
    })
    const [enterA, exitA] = visit('BuildMart', { ...item('a', 0), from: 0, to: 10 })
    const [enterB, exitB] = visit('BuildMart', { ...item('b', 1), from: 5, to: 20 })
    const events = [enterA, enterB, exitA, exitB].filter((one) => one !== undefined)
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

  it('says what is tried again, what is caught and what failed', () => {
    const [entered, exited] = visit('Curate') as [HistoryEvent, HistoryEvent]
    const at = (type: string) => event(type, 1, { state: 'Curate' })
    const failed = [entered, at('TaskScheduled'), at('TaskFailed')]
    const ended = event('ExecutionFailed', 2)
    expect(printed([...failed, at('TaskScheduled'), at('TaskTimedOut'), ended])).toBe(
      '  Curate: failed, trying again\n  Curate               failed\n',
    )
    expect(printed([...failed, exited])).toBe('  Curate               failed\n')
    const lambda = [entered, at('LambdaFunctionScheduled'), at('LambdaFunctionFailed'), ended]
    expect(printed(lambda)).toBe('  Curate               failed\n')
  })

  it('goes on with a state that a redrive goes on with', () => {
    const [entered, exited] = visit('Curate', { input: slice, to: 2030 }) as [HistoryEvent, HistoryEvent]
    const before = [entered, ...visit('StartNight'), event('ExecutionFailed', 9)]
    const events = [event('ExecutionRedriven', 30), event('TaskScheduled', 31, { state: 'Curate' }), exited]
    expect(printed(events, false, before)).toBe('  Curate                2.0 s  csv-2019-10, 25 MB/s\n')
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
        ...visit('Curate', { frame: ['CurateSlices[0]'], to: 90 }),
        ...visit('Slice good?', { stateType: 'Choice' }),
      ]).rows,
    ).toEqual([
      ['GetCrawler', 2, 7],
      ['CurateSlices', 1, 100],
    ])
  })
})

describe('the time of a step that failed and was redriven', () => {
  it('leaves out what lies between', () => {
    const events = [
      event('TaskStateEntered', 0, { state: 'Publish', details: { name: 'Publish' } }),
      event('LambdaFunctionFailed', 30, { state: 'Publish' }),
      event('ExecutionFailed', 40),
      event('ExecutionRedriven', 1_000_000),
      event('TaskStateExited', 1_000_020, { state: 'Publish', details: { name: 'Publish' } }),
    ]
    expect(stepTimes(events).rows).toEqual([['Publish', 1, 60]])
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
