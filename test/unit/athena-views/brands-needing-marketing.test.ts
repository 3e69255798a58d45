import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { brandsNeedingMarketing } from '../../../athena-views/brands-needing-marketing.ts'

const DOCUMENT = 'docs/brands-needing-marketing.md'
const text = readFileSync(join(import.meta.dirname, '../../..', DOCUMENT), 'utf8')
const example = brandsNeedingMarketing.cases.find(({ name }) => name.includes(DOCUMENT))
const [given, expected] = tables(text.slice(text.indexOf('## Example')))

it('gives the events that the document tells of', () => {
  const brands = Map.groupBy(example?.given.user_activity ?? [], ({ brand }) => brand)
  const told = [...brands].map(([brand, events]) => {
    const orders = events.filter(({ event_type }) => event_type === 'purchase')
    return {
      brand,
      views: String(events.length - orders.length),
      sessions: String(new Set(events.map(({ user_session }) => user_session)).size),
      orders: String(orders.length),
      price: orders[0]?.price,
    }
  })
  expect(told).toEqual(given)
})

it('expects the row that the document shows', () => {
  const row = example?.expect[0]
  const shown = expected?.map((cells) =>
    Object.fromEntries(
      Object.entries(cells).map(([column, cell]) => [column, cellValue(cell, row?.[column])]),
    ),
  )
  expect(shown).toHaveLength(example?.expect.length ?? Number.NaN)
  expect(row).toMatchObject(shown?.[0] ?? {})
})

/** The rows of every table of a Markdown text, by the names of their columns. */
function tables(markdown: string): Record<string, string>[][] {
  return [...markdown.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const [header = [], , ...rows] = table.trim().split('\n').map(cellsOf)
    return rows.map((cells) => Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])))
  })
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

/** A cell as the row has it: `3 / 8` is a number there. */
function cellValue(cell: string, like: unknown): unknown {
  const [a, b] = cell.split(' / ').map(Number)
  return typeof like === 'number' && a !== undefined && b !== undefined ? a / b : cell
}
