import { type OracleEvent, ofType } from './event.ts'

/** `35.7` and `35.70` are 3570. */
export function centsOf(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.')
  return BigInt(whole + fraction.padEnd(2, '0'))
}

/** 3570 is `35.70`. */
export function moneyText(cents: bigint): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export const sumCents = (events: readonly OracleEvent[]): bigint =>
  events.reduce((sum, { cents }) => sum + (cents ?? 0n), 0n)

export const revenueOf = (events: readonly OracleEvent[]): bigint => sumCents(ofType(events, 'purchase'))
