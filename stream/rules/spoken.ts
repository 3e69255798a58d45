import type { Finding } from '../findings.ts'
import { parseTimestamp } from '../timestamp.ts'
import type { Rule } from './rule.ts'
import { HOUR, MINUTE, SECOND } from './window.ts'

/** `1,234,567`. */
export const count = (value: bigint | number = 0): string => value.toLocaleString('en-US')

/** `1,234.50` of cents. */
export function money(cents: bigint = 0n): string {
  return `${count(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`
}

/** `12.5 %` of basis points. */
export const percent = (basisPoints: bigint | number = 0): string => `${Number(basisPoints) / 100} %`

const UNITS = [
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
] as const

/** `10 seconds`, `a minute`: how long something of so many milliseconds lasts, in the largest unit that is whole. */
export function duration(ms: number): string {
  const [size, unit] = UNITS.find(([size]) => ms % size === 0) ?? [SECOND, 'second']
  const units = ms / size
  return units === 1 ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `${units} ${unit}s`
}

/** How long the window of a finding is. */
export const span = ({ window_start, window_end }: Finding): string =>
  duration((parseTimestamp(window_end)?.ms ?? 0) - (parseTimestamp(window_start)?.ms ?? 0))

/** What a rule judges, with its unit: alerts carry whole numbers, of which cents and basis points say little to a reader. */
export function figure(rule: Rule | undefined, value: bigint): string {
  if (rule?.kind === 'trailing') return percent(value)
  switch (rule?.measures[rule.judged]?.kind) {
    case 'share':
      return percent(value)
    case 'cost':
      return money(value)
    default:
      return count(value)
  }
}
