import type { OracleEvent } from './event.ts'
import { centsOf } from './money.ts'

/** JavaScript would round ids above 2^53 that stand there as numbers. */
const LARGE_NUMBER = /("\w+_id"\s*:\s*)(\d+)/g

/**
 * The events of lines of JSON as Firehose persists them, equal lines once and what a replay sent again left out. The oracle
 * takes no part in curation: what it does not understand is an error here.
 */
export function parseStreamEvents(lines: string): OracleEvent[] {
  return [...new Set(lines.split('\n').filter((line) => line !== ''))]
    .map((line) => JSON.parse(line.replace(LARGE_NUMBER, '$1"$2"')) as Record<string, unknown>)
    .filter((record) => !('replay' in record))
    .map(eventOf)
}

function eventOf(record: Readonly<Record<string, unknown>>): OracleEvent {
  const text = (name: string): string | null => {
    const value = record[name]
    return value === undefined || value === null || value === '' ? null : String(value)
  }
  const required = (name: string): string => {
    const value = text(name)
    if (value === null) throw new Error(`The oracle reads clean lines only, and one lacks ${name}`)
    return value
  }
  const price = text('price')
  return {
    // The event's time is the one at which it was sent, to the millisecond.
    time: Math.floor(Date.parse(`${required('txn_timestamp').replace(/(\.\d{3})\d*$/, '$1')}Z`)),
    type: required('event_type'),
    product: BigInt(required('product_id')),
    categoryId: BigInt(required('category_id')),
    code: text('category_code'),
    brand: text('brand'),
    cents: price === null ? null : centsOf(price),
    user: BigInt(required('user_id')),
    session: text('user_session'),
    source: 'stream',
  }
}
