import { describe, expect, it } from 'vitest'
import { logText } from '../../../../local/cli/log-text.ts'

const line = (values: object) =>
  JSON.stringify({
    level: 'INFO',
    timestamp: '2026-01-01T02:00:00.000Z',
    service: 'gate-slice',
    message: 'succeeded',
    ...values,
  })
const metric = JSON.stringify({
  _aws: {
    Timestamp: Date.parse('2026-01-01T02:00:01Z'),
    CloudWatchMetrics: [
      {
        Namespace: 'EcommerceLakehouse',
        Dimensions: [['service', 'environment', 'step']],
        Metrics: [{ Name: 'StepDuration', Unit: 'Milliseconds' }],
      },
    ],
  },
  service: 'record-run',
  environment: 'dev',
  step: 'Curate',
  StepDuration: [1.23456, 2],
})
const all = { level: 'DEBUG', metrics: false } as const

describe('a line of a log', () => {
  it('shows when, how bad, who, about what, and what', () => {
    expect(logText(line({ slice: 'csv-2019-10', version: 'csv-2019-10@r1' }), all)).toBe(
      '2026-01-01T02:00:00.000Z  INFO   gate-slice          csv-2019-10@r1  succeeded',
    )
    expect(logText(line({ mart: 'sales_per_day', month: '2019-10' }), all)).toContain(
      '  sales_per_day 2019-10  ',
    )
    expect(logText(line({}), all)).toMatch(/gate-slice {10}succeeded$/)
  })

  it('shows the error that it tells of', () => {
    const error = { name: 'QualityHaltError', message: 'no rows' }
    expect(logText(line({ level: 'ERROR', message: 'failed', error }), all)).toContain(
      'failed: QualityHaltError: no rows',
    )
  })

  it('is left out where it is of a lower level than asked for', () => {
    expect(logText(line({}), { level: 'WARN', metrics: false })).toBeUndefined()
    expect(logText(line({ level: 'WARN' }), { level: 'WARN', metrics: false })).toContain('WARN')
  })
})

it('what is no line of ours is shown as it is', () => {
  for (const cut of ['{"level":"INFO","mess{"level":"INFO"}', '{"level":"LOUD"}'])
    expect(logText(cut, { level: 'ERROR', metrics: false })).toBe(cut)
})

describe('a line of metrics', () => {
  it('is shown to who asks for metrics, and then alone', () => {
    expect(logText(metric, all)).toBeUndefined()
    expect(logText(metric, { level: 'INFO', metrics: true })).toBe(
      '2026-01-01T02:00:01.000Z  record-run          step=Curate  StepDuration 1.235+2 Milliseconds',
    )
    expect(logText(line({}), { level: 'INFO', metrics: true })).toBeUndefined()
  })
})
