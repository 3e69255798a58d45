import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../../../local/executor/asl/expression.ts'
import type { Json } from '../../../../../local/executor/asl/json.ts'
import { fill } from '../../../../../local/executor/asl/payload-template.ts'

const scope = {
  data: {
    arr: [1, 2, 2, 3],
    number: 5,
    nil: null,
    text: '{"parsed":true}',
    left: { a: 1, nested: { left: 1 } },
    right: { b: 2, nested: { right: 2 } },
    name: 'O’Brien',
    template: 'from data: {}',
    ids: [{ id: 1 }, { id: 1 }, { id: 2 }],
  },
  context: { Execution: { Name: 'r1' } },
}
const value = (text: string): Json => evaluate(text, scope, 'v.$')

describe('an intrinsic function', () => {
  it.each<[string, Json]>([
    ["States.Format('{}:{}', States.ArrayGetItem($.arr, 1), States.MathAdd($.number, 2))", '2:7'],
    ["States.Format('s3://b/{}/{}', $$.Execution.Name, $.number)", 's3://b/r1/5'],
    ["States.Format('{} {} {}', $.nil, true, $.left)", 'null true {"a":1,"nested":{"left":1}}'],
    ["States.Format('\\{\\} isn\\'t {}', 'it\\\\s')", "{} isn't it\\s"],
    ["States.Format($.template, 'x')", 'from data: x'],
    ["States.Format('plain')", 'plain'],
    ['States.Array($.number, $.nil, true)', [5, null, true]],
    ['States.Array()', []],
    ['States.ArrayPartition($.arr, 3)', [[1, 2, 2], [3]]],
    ['States.ArrayContains($.arr, 2)', true],
    ['States.ArrayContains($.ids, $.left)', false],
    ['States.ArrayRange(1, 5, 2)', [1, 3, 5]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ['States.ArrayRange(5, 1, 1)', []],
    ['States.ArrayLength($.arr)', 4],
    ['States.ArrayUnique($.arr)', [1, 2, 3]],
    ['States.ArrayUnique($.ids)', [{ id: 1 }, { id: 2 }]],
    ['States.ArrayLength($.ids[?(@.id == 1)])', 2],
    ['States.StringToJson($.text)', { parsed: true }],
    ['States.JsonToString($.left)', '{"a":1,"nested":{"left":1}}'],
    ['States.JsonMerge($.left, $.right, false)', { a: 1, b: 2, nested: { right: 2 } }],
    ["States.Base64Encode('hello')", 'aGVsbG8='],
    ["States.Base64Decode('aGVsbG8=')", 'hello'],
    ["States.Hash('hello', 'SHA-1')", 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
    ["States.StringSplit('a,b;c', ',;')", ['a', 'b', 'c']],
    ["States.StringSplit('a-b]c', ']-')", ['a', 'b', 'c']],
    ['States.MathAdd(-1, 2.6)', 2],
    ["States.StringSplit($['name'], '’')", ['O', 'Brien']],
  ])('%s', (text, result) => {
    expect(value(text)).toEqual(result)
  })

  it('makes what nobody can foresee', () => {
    expect(value('States.UUID()')).toMatch(/^[0-9a-f-]{36}$/)
    expect(value('States.UUID()')).not.toBe(value('States.UUID()'))
    const random = value('States.MathRandom(1, 4)') as number
    expect([1, 2, 3]).toContain(random)
    expect(value('States.MathRandom(1, 1000000, 7)')).toBe(value('States.MathRandom(1, 1000000, 7)'))
  })

  it.each([
    ['States.ArrayLength($.number)', 'an array is needed'],
    ['States.ArrayGetItem($.arr, 9)', 'outside of the array'],
    ['States.ArrayPartition($.arr, 0)', 'above 0'],
    ['States.ArrayRange(1, 9, 0)', 'is 0'],
    ['States.ArrayRange(1, 9000, 1)', 'at most 1000'],
    ["States.Format('{}{}', 1)", 'more {} than values'],
    ["States.Format('{}', 1, 2)", '1 {} for 2 values'],
    ["States.Hash('a', 'CRC')", 'not CRC'],
    ['States.JsonMerge($.left, $.right, true)', 'first level'],
    ['States.JsonMerge($.left, $.arr, false)', 'two objects'],
    ["States.StringToJson('{')", 'States.StringToJson'],
    ['States.MathAdd($.text, 1)', 'a number is needed'],
    ['States.MathRandom(4, 4)', 'start below its end'],
    ['States.ArrayLength($.arr, 1)', 'takes 1 arguments, not 2'],
    ['States.Nothing()', 'no intrinsic function States.Nothing'],
    ["States.Format('{}', $.gone)", 'could not be found'],
    ["States.Format('{}', )", 'position'],
    ["States.Format('{}' 1)", '")" is missing'],
    ["States.Format('a') b", 'nothing more'],
    ['States.MathAdd(one, 1)', 'a string, a number, a path or a function'],
  ])('%s is an error: %s', (text, message) => {
    expect(() => value(text)).toThrow(expect.objectContaining({ name: 'States.Runtime' }))
    expect(() => value(text)).toThrow(message)
  })
})

describe('a payload template', () => {
  it('evaluates what ends in .$ at any depth, and leaves the rest as it is', () => {
    const template = { 'run.$': '$$.Execution.Name', fixed: { list: [{ 'n.$': '$.number' }, 1, null] } }
    expect(fill(template, scope)).toEqual({ run: 'r1', fixed: { list: [{ n: 5 }, 1, null] } })
  })

  it('takes a text alone for what it evaluates', () => {
    expect(() => fill({ 'n.$': 1 }, scope)).toThrow(/'n.\$' has to be a string/)
  })
})
