import { describe, expect, it } from 'vitest'
import { duration, number, render } from '../../../../local/cli/format.ts'

const table = {
  columns: ['category_id', 'brand', 'rate', 'reasons'],
  rows: [
    [2053013555631882655n, 'a "b", c', 0.123456789, ['price', 'user_id']],
    [1n, null, null, []],
  ],
}

describe('a result', () => {
  it('as a table is aligned, with short rates and - for null', () => {
    expect(render(table, 'table')).toBe(
      [
        '        category_id  brand       rate  reasons',
        '───────────────────  ────────  ──────  ───────────────────',
        '2053013555631882655  a "b", c  0.1235  ["price","user_id"]',
        '                  1  -              -  []',
        '',
      ].join('\n'),
    )
  })

  it('as CSV has every digit and quotes what has to be quoted', () => {
    expect(render(table, 'csv')).toBe(
      'category_id,brand,rate,reasons\n' +
        '2053013555631882655,"a ""b"", c",0.123456789,"[""price"",""user_id""]"\n' +
        '1,,,[]\n',
    )
  })

  it('as JSON writes ids above 2^53 as text, so that no reader rounds them', () => {
    expect(JSON.parse(render(table, 'json'))).toEqual([
      {
        category_id: '2053013555631882655',
        brand: 'a "b", c',
        rate: 0.123456789,
        reasons: ['price', 'user_id'],
      },
      { category_id: '1', brand: null, rate: null, reasons: [] },
    ])
  })

  it('as a table shows control characters instead of sending them to the terminal', () => {
    expect(render({ columns: ['a'], rows: [['x\u001b[31m\ny']] }, 'table')).toContain('x\\x1b[31m\\x0ay')
  })

  it('as a table can be long', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => [i])
    expect(render({ columns: ['n'], rows }, 'table').length).toBeGreaterThan(1_000_000)
  })

  it('without rows still has its header', () => {
    expect(render({ columns: ['a'], rows: [] }, 'csv')).toBe('a\n')
  })
})

describe('numbers and times', () => {
  it('have thousands separators', () => {
    expect(number(42_448_764)).toBe('42,448,764')
    expect(number(2053013555631882655n)).toBe('2,053,013,555,631,882,655')
  })

  it.each([
    [12.4, '12 ms'],
    [1234, '1.2 s'],
    [61_000, '1 min 1 s'],
    [119_953, '2 min 0 s'],
  ])('%d ms is %s', (ms, expected) => {
    expect(duration(ms)).toBe(expected)
  })
})
