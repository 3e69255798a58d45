import { expect, test } from 'vitest'
import { parseQueryBody } from '../../../../local/wire/query-protocol.ts'

test('maps and lists of the query protocol become objects and arrays', () => {
  const body = new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    Message: 'a=b&c',
    'MessageAttributes.entry.1.Name': 'kind',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'night',
    'Names.member.1': 'x',
    'Names.member.2': 'y',
    'Nested.Inner': 'z',
  })
  expect(parseQueryBody(body.toString())).toEqual({
    action: 'Publish',
    input: {
      Message: 'a=b&c',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'night' } },
      Names: ['x', 'y'],
      Nested: { Inner: 'z' },
    },
  })
})

test('a name can not reach the prototype of objects', () => {
  parseQueryBody('__proto__.polluted=1&constructor.prototype.polluted=1')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
