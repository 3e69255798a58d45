import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { incidentTable } from '../../../../local/cli/alerts-command.ts'
import {
  AlertCount,
  checksOf,
  liveLine,
  summaryJson,
  summaryText,
} from '../../../../local/cli/stream-report.ts'
import { writeDocument } from '../../../../local/files.ts'
import type { RecordedAlert, RecordedIncident } from '../../../../local/stream/runtime/control-records.ts'
import { outboxMessages } from '../../../../local/stream/runtime/outbox.ts'
import { alert as finding } from '../../lambdas/detect/detect-harness.ts'
import { temporaryFolder } from '../temporary-platform.ts'

const AT = Date.UTC(2019, 9, 1)
const progress = {
  records: 10,
  parts: 10,
  events: 9,
  late: 2,
  deadLetters: 1,
  open: 4,
  watermark: AT,
  newest: AT + 12_000,
}
const whole = { ...progress, sent: 10, lines: 10, rawLines: 10 }

describe('the live line', () => {
  const figures = {
    ...progress,
    eventsPerSecond: 1234.4,
    unread: 5,
    alerts: { low: 3, medium: 0, high: 1 },
    messages: 1,
    late: 0,
    deadLetters: 0,
  }
  it('has rate, alerts by severity, lag and windows', () => {
    expect(liveLine(figures)).toBe(
      '1,234 events/s · alerts: 1 high, 0 medium, 3 low · at 2019-10-01T00:00:00, 12 s behind the newest event · 5 unread · 1 told · 4 keys in open windows',
    )
  })
  it('has less in it the narrower the terminal is, the alerts longest', () => {
    expect([120, 79, 60, 45, 10].map((columns) => liveLine(figures, columns))).toEqual([
      '1,234 events/s · 1 high, 0 medium, 3 low · 12 s behind · 5 unread · 1 told · 4 keys',
      '1,234 events/s · 1 high, 0 medium, 3 low · 12 s behind · 5 unread · 1 told',
      '1,234 events/s · 1 high, 0 medium, 3 low · 12 s behind',
      '1,234 events/s · 1 high, 0 medium, 3 low',
      '1,234 events/s',
    ])
  })
  it('says that something can not be read, or came too late, only where it did', () => {
    expect(liveLine({ ...figures, deadLetters: 2 })).toContain('newest event · 2 dead letters · 5 unread')
    expect(liveLine({ ...figures, deadLetters: 1, late: 3 }, 100)).toContain(
      '12 s behind · 1 dead letter, 3 late · 5 unread',
    )
  })
  it('does without a watermark', () => {
    for (const columns of [200, 79])
      expect(liveLine({ ...figures, watermark: Number.NEGATIVE_INFINITY }, columns)).toContain(
        'no watermark yet',
      )
  })
  it('counts alerts, not figures', () => {
    const count = new AlertCount()
    count.saw(finding({ severity: 'medium' }))
    count.saw({ ...finding(), record: 'kpi', severity: null })
    expect(count.counts).toEqual({ low: 0, medium: 1, high: 0 })
  })
})

describe('the checks', () => {
  const holds = (change: Partial<typeof whole>) =>
    checksOf({ ...whole, ...change }).map((check) => check.holds)
  it('hold where nothing is lost', () => {
    expect(holds({})).toEqual([true, true, true])
    // Aggregated records are more events than records.
    expect(holds({ parts: 41, events: 40 })).toEqual([true, true, true])
  })
  it('fail where something is: not read, in no place, or not persisted', () => {
    expect(holds({ sent: 11 })).toEqual([false, true, true])
    expect(holds({ events: 8 })).toEqual([true, false, true])
    expect(holds({ parts: 41, events: 39 })).toEqual([true, false, true])
    expect(holds({ rawLines: 9 })).toEqual([true, true, false])
  })
})

const alert = (rule: string, key: string, start: number, severity: 'low' | 'high'): RecordedAlert => ({
  record: 'alert',
  id: `${rule}/${key}/${start}`,
  rule,
  key_column: 'user_id',
  key_value: key,
  window_start_ms: AT + start,
  window_end_ms: AT + start + 10_000,
  measure: 'actions',
  measure_value: 12n,
  severity,
  recorded_at: '2019-10-01T00:00:00.000Z',
})
const incident = (key: string, since: number, severity: 'low' | 'high'): RecordedIncident => ({
  record: 'incident',
  rule: 'r',
  key_column: 'user_id',
  key_value: key,
  since: AT + since,
  until: AT + since + 20_000,
  incident_severity: severity,
  peak: 12n,
  told: severity === 'high' ? 'high' : null,
})

const usual = { deadLetterStream: 'dead', leftOut: 0, wentOn: false }

it('the summary names what is wrong, and what was given up', () => {
  const text = summaryText({
    ...usual,
    ms: 1500,
    ended: { ...whole, rawLines: 9 },
    alerts: [alert('b', '1', 0, 'high'), alert('a', '1', 0, 'low'), alert('a', '2', 0, 'low')],
    messages: [
      { MessageId: 'm', publishedAt: '', TopicArn: '', Subject: 'HIGH: b, user_id 1', Message: 'text' },
    ],
    found: { low: 2, medium: 0, high: 1 },
    discarded: 2,
  })
  expect(text).toContain('ok    sent 10 records = read 10\n')
  expect(text).toContain('WRONG raw zone 9 lines = sent 10\n')
  expect(text).toMatch(/a\s+2\s+0\s+0\s+2\nb\s+0\s+0\s+1\s+1\n/)
  expect(text).toContain('1 message told\n  HIGH: b, user_id 1\n2 findings could not be processed')
})

it('the summary says where to look for what counted in no window, and what it counts itself', () => {
  const rest = {
    ...usual,
    ms: 1,
    alerts: [],
    messages: [],
    found: { low: 0, medium: 0, high: 2 },
    discarded: 0,
  }
  const nothing = { ...whole, deadLetters: 0, late: 0, events: 10 }
  expect(summaryText({ ...rest, ended: nothing })).toContain(
    ' = sent 10\n\nalerts found: 2 high, 0 medium, 0 low; new in the table: 0\n\n0 messages told\n',
  )
  const text = summaryText({
    ...rest,
    ended: { ...whole, deadLetters: 7, late: 1 },
    leftOut: 31,
    wentOn: true,
  })
  expect(text).toContain(
    '7 dead letters: each with its reasons in the stream dead, and whole in the raw zone\n',
  )
  expect(text).toContain('1 event came behind the watermark and counted in no window\n')
  expect(text).toContain('not sent, no events: 31 lines of the file\n')
  expect(text).toContain('alerts found since it went on: 2 high')
})

it('the summary for scripts has every count, the checks, and alerts by rule', () => {
  const ended = { ...whole, rawLines: 9 }
  const alerts = [alert('b', '1', 0, 'high'), alert('a', '1', 0, 'low'), alert('a', '2', 0, 'low')]
  const found = { low: 2, medium: 0, high: 1 }
  expect(summaryJson({ ...usual, ms: 1500, ended, alerts, messages: [], found, discarded: 2 })).toEqual({
    ms: 1500,
    wentOn: false,
    counts: {
      ...{ sent: 10, lines: 10, rawLines: 9, records: 10, parts: 10, events: 9, late: 2 },
      ...{ deadLetters: 1, inWindows: 7, leftOut: 0, discarded: 2 },
    },
    checks: checksOf(ended),
    alerts: {
      found,
      recorded: [
        { rule: 'a', low: 2, medium: 0, high: 0, keys: 2 },
        { rule: 'b', low: 0, medium: 0, high: 1, keys: 1 },
      ],
    },
    messages: [],
  })
})

describe('the incidents', () => {
  const records = [
    incident('1', 0, 'low'),
    incident('2', 60_000, 'high'),
    alert('r', '2', 70_000, 'high'),
    alert('r', '2', 60_000, 'low'),
    alert('r', '2', 600_000, 'high'),
    alert('r', '1', 0, 'low'),
  ]
  const shown = (options: Parameters<typeof incidentTable>[1]) =>
    incidentTable(records, options).rows.map(([record, severity, , key, since, , , count]) =>
      [record, severity, key, String(since).slice(-5), count].join(' '),
    )
  it('come newest first, with the number of their alerts', () => {
    expect(shown({})).toEqual(['incident high user_id 2 01:00 2', 'incident low user_id 1 00:00 1'])
  })
  it('are followed by their alerts, of a severity or a higher one', () => {
    expect(shown({ all: true, severity: 'high' })).toEqual([
      'incident high user_id 2 01:00 2',
      'alert high user_id 2 01:10 ',
    ])
  })
})

it('the outbox gives the messages of one topic, from an instant on', () => {
  const root = temporaryFolder()
  for (const [hour, topic] of [
    ['01', 'a'],
    ['02', 'b'],
    ['03', 'a'],
  ])
    writeDocument(join(root, 'sns', 'outbox', `2019-10-01T${hour}-00-00-000Z-${topic}.json`), {
      MessageId: hour,
      publishedAt: `2019-10-01T${hour}:00:00.000Z`,
      TopicArn: `arn:aws:sns:us-east-1:000000000000:${topic}`,
      Message: 'text',
    })
  const ids = (since?: Date) => outboxMessages(root, 'a', since).map(({ MessageId }) => MessageId)
  expect(ids()).toEqual(['01', '03'])
  expect(ids(new Date('2019-10-01T02:00:00Z'))).toEqual(['03'])
})
