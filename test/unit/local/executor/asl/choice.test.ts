import { describe, expect, it } from 'vitest'
import { holds } from '../../../../../local/executor/asl/choice.ts'
import type { JsonObject } from '../../../../../local/executor/asl/json.ts'

const scope = {
  data: {
    text: 'dog',
    number: 7,
    yes: true,
    nothing: null,
    at: '2024-01-01T00:00:00Z',
    other: { text: 'dog', number: 8, at: '2024-01-01T01:00:00+01:00', no: false },
  },
  context: { Execution: { Name: 'r1' } },
}
const rule = (Variable: string, operator: string, operand: unknown): JsonObject =>
  ({ Variable, [operator]: operand, Next: 'X' }) as JsonObject

describe('a choice rule', () => {
  it.each([
    ['$.text', 'StringEquals', 'dog', true],
    ['$.text', 'StringEquals', 'cat', false],
    ['$.text', 'StringLessThan', 'e', true],
    ['$.text', 'StringGreaterThanEquals', 'dog', true],
    ['$.text', 'StringEqualsPath', '$.other.text', true],
    ['$.text', 'StringMatches', 'd*g', true],
    ['$.text', 'StringMatches', 'd.g', false],
    ['$.text', 'StringMatches', 'd\\*g', false],
    ['$.number', 'NumericEquals', 7, true],
    ['$.number', 'NumericLessThan', 7, false],
    ['$.number', 'NumericLessThanEquals', 7, true],
    ['$.number', 'NumericGreaterThan', 6.5, true],
    ['$.number', 'NumericLessThanPath', '$.other.number', true],
    ['$.yes', 'BooleanEquals', true, true],
    ['$.yes', 'BooleanEqualsPath', '$.other.no', false],
    ['$.at', 'TimestampEquals', '2024-01-01T00:00:00.000Z', true],
    ['$.at', 'TimestampEqualsPath', '$.other.at', true],
    ['$.at', 'TimestampLessThan', '2024-01-02T00:00:00Z', true],
    ['$.nothing', 'IsNull', true, true],
    ['$.text', 'IsNull', false, true],
    ['$.text', 'IsString', true, true],
    ['$.number', 'IsNumeric', true, true],
    ['$.yes', 'IsBoolean', true, true],
    ['$.at', 'IsTimestamp', true, true],
    ['$.text', 'IsTimestamp', false, true],
    ['$.gone', 'IsPresent', true, false],
    ['$.gone', 'IsPresent', false, true],
    ['$.nothing', 'IsPresent', true, true],
    ['$$.Execution.Name', 'StringEquals', 'r1', true],
    ['$$.Execution.Gone', 'IsPresent', true, false],
  ])('%s %s %j: %s', (path, operator, operand, result) => {
    expect(holds(rule(path, operator, operand), scope)).toBe(result)
  })

  it('compares nothing with what is of another type', () => {
    expect(holds(rule('$.text', 'NumericEquals', 7), scope)).toBe(false)
    expect(holds(rule('$.number', 'StringEquals', '7'), scope)).toBe(false)
    expect(holds(rule('$.text', 'TimestampEquals', '2024-01-01T00:00:00Z'), scope)).toBe(false)
  })

  it('joins others with And, Or and Not, and looks no further than it has to', () => {
    const gone = rule('$.gone', 'StringEquals', 'x')
    expect(holds({ And: [rule('$.gone', 'IsPresent', true), gone] }, scope)).toBe(false)
    expect(holds({ Or: [rule('$.yes', 'BooleanEquals', true), gone] }, scope)).toBe(true)
    expect(holds({ Not: rule('$.yes', 'BooleanEquals', true) }, scope)).toBe(false)
  })

  it('on a path that finds nothing is an error, as is an operator that there is not', () => {
    expect(() => holds(rule('$.gone', 'StringEquals', 'x'), scope)).toThrow(/references an invalid value/)
    expect(() => holds(rule('$.text', 'StringIs', 'x'), scope)).toThrow(/no operator StringIs/)
  })
})
