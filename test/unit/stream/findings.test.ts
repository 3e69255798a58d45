import { describe, expect, it } from 'vitest'
import { type Finding, findingId, findingJson, parseFinding } from '../../../stream/findings.ts'

const finding: Finding = {
  id: 'high-event-volume/9007199254740993/2019-10-01T00:00:10/2019-10-01T00:00:20',
  record: 'alert',
  rule: 'high-event-volume',
  key_column: 'user_id',
  key_value: '9007199254740993',
  window_start: '2019-10-01 00:00:10',
  window_end: '2019-10-01 00:00:20',
  measure: 'actions',
  measure_value: 12n,
  severity: 'high',
  threshold: 10n,
  details: { views: 3n, events: 9007199254740993n },
  user_id: 9007199254740993n,
  num_actions_per_watermark: 12n,
}

describe('a finding', () => {
  it('has an id of its rule, key and window', () => {
    const start = Date.UTC(2019, 9, 1, 0, 0, 10)
    expect(findingId('high-event-volume', '9007199254740993', start, start + 10_000)).toBe(finding.id)
  })

  it('is one JSON text, its details by name, every digit kept', () => {
    expect(findingJson(finding)).toBe(
      '{"id":"high-event-volume/9007199254740993/2019-10-01T00:00:10/2019-10-01T00:00:20","record":"alert",' +
        '"rule":"high-event-volume","key_column":"user_id","key_value":"9007199254740993",' +
        '"window_start":"2019-10-01T00:00:10","window_end":"2019-10-01T00:00:20","measure":"actions",' +
        '"measure_value":12,"severity":"high","threshold":10,"details":{"events":9007199254740993,"views":3},' +
        '"user_id":9007199254740993,"num_actions_per_watermark":12}',
    )
  })

  it('comes back from its text', () => {
    expect(parseFinding(findingJson(finding))).toEqual(finding)
  })

  it('is the same from Flink, whose map has another order, and nulls for what has no value', () => {
    const text = findingJson({ ...finding, severity: null, threshold: null, user_id: null }).replace(
      '"details":{"events":9007199254740993,"views":3}',
      '"details":{"views":3,"ratio":null,"events":5}',
    )
    expect(parseFinding(text)).toMatchObject({
      severity: null,
      threshold: null,
      user_id: null,
      details: { events: 5n, views: 3n },
    })
    expect(Object.keys(parseFinding(text).details)).not.toContain('ratio')
  })

  it.each([
    ['window_start', '"2019-10-01T00:00:10"', '"now"'],
    ['measure_value', '12', '1.5'],
    ['severity', '"high"', '"dire"'],
    ['record', '"alert"', '"event"'],
  ])('is refused with a wrong %s', (name, right, wrong) => {
    const text = findingJson(finding).replace(`"${name}":${right}`, `"${name}":${wrong}`)
    expect(() => parseFinding(text)).toThrow(name)
  })
})
