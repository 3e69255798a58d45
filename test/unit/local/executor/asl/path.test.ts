import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../../local/executor/asl/json.ts'
import { lookUp, read, referencePath } from '../../../../../local/executor/asl/path.ts'
import { withResult } from '../../../../../local/executor/asl/result-path.ts'

const value: Json = {
  a: { b: [10, 20, { c: null }], 'd e': 1 },
  'x.y': 2,
  rows: [
    { n: 1, name: 'one' },
    { n: 2, name: 'two' },
  ],
}

describe('a path', () => {
  it.each<[string, Json | undefined]>([
    ['$', value],
    ['$.a.b[0]', 10],
    ['$.a.b[-2]', 20],
    ['$.a.b[2].c', null],
    ["$.a['d e']", 1],
    ['$["x.y"]', 2],
    ['$.a.missing', undefined],
    ['$.a.b[7]', undefined],
    ['$.a.b.length', undefined],
    ['$.constructor', undefined],
    ['$.rows[*].name', ['one', 'two']],
    ['$..n', [1, 2]],
    ['$.a.b[0:2]', [10, 20]],
    ['$.a.b[0,1]', [10, 20]],
    ['$.rows[?(@.n > 1)].name', ['two']],
    ["$.rows[?(@.name == 'one')].n", [1]],
    ['$.rows[?(@.n > 9)]', []],
  ])('%s finds what lies there', (path, found) => {
    expect(lookUp(path, value)).toEqual(found)
  })

  it('that has to be there names itself and its field where it is not', () => {
    expect(() => read('$.gone', { here: 1 }, 'n.$')).toThrow(
      `The JSONPath '$.gone' specified for the field 'n.$' could not be found in the input '{"here":1}'`,
    )
    expect(() => lookUp('a.b', value)).toThrow(/Invalid path 'a.b'/)
    expect(() => referencePath('$.rows[*]')).toThrow(/a reference path names one place/)
  })

  it('runs no code that stands in a filter', () => {
    expect(() => lookUp('$.rows[?(process.exit(1))]', value)).toThrow(/Invalid path/)
    expect(() => lookUp("$.rows[?(@.constructor.constructor('return 1')())]", value)).toThrow(/Invalid path/)
  })
})

describe('a result at its path', () => {
  it.each<[string | null | undefined, Json]>([
    [undefined, 'r'],
    [null, { a: { b: 1 }, l: [1] }],
    ['$', 'r'],
    ['$.n', { a: { b: 1 }, l: [1], n: 'r' }],
    ['$.a.c.d', { a: { b: 1, c: { d: 'r' } }, l: [1] }],
    ['$.a', { a: 'r', l: [1] }],
    ['$.l[0]', { a: { b: 1 }, l: ['r'] }],
    ["$['x.y']", { a: { b: 1 }, l: [1], 'x.y': 'r' }],
  ])('%s', (path, output) => {
    const input = { a: { b: 1 }, l: [1] }
    expect(withResult(input, path, 'r')).toEqual(output)
    expect(input).toEqual({ a: { b: 1 }, l: [1] })
  })

  it.each([
    [4, '$.child'],
    [{ a: 1 }, '$.a.b'],
    [{ l: [1] }, '$.l[3]'],
  ] as const)('of %j at %s is a conflict', (input, path) => {
    expect(() => withResult(input as Json, path, 'r')).toThrow(
      expect.objectContaining({ name: 'States.ReferencePathConflict' }),
    )
  })
})
