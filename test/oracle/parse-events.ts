import type { OracleEvent } from './event.ts'
import { centsOf } from './money.ts'

/**
 * The events of a clean CSV file with its header, exact copies once. The oracle takes no part in curation: what it does
 * not understand is an error here.
 */
export function parseEvents(csv: string): OracleEvent[] {
  const [, ...lines] = csv.split(/\r?\n/)
  return [...new Set(lines.filter((line) => line !== ''))].map(parseEvent)
}

function parseEvent(line: string): OracleEvent {
  const fields = line.split(',')
  const [time, type, product, categoryId, code, brand, price, user, session] = fields
  if (fields.length !== 9 || !time || !type || !product || !categoryId || !user) {
    throw new Error(`The oracle reads clean files only, and this line is not: ${line}`)
  }
  return {
    time: Date.parse(`${time.replace(' UTC', '').replace(' ', 'T')}Z`),
    type,
    product: BigInt(product),
    categoryId: BigInt(categoryId),
    code: code || null,
    brand: brand || null,
    cents: price ? centsOf(price) : null,
    user: BigInt(user),
    session: session || null,
    source: 'csv',
  }
}
