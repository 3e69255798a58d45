const UNITS = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** An interval literal: a field of one has two digits, so the largest unit that is whole is taken, and told its digits. */
export function intervalText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? []
  if (unit === undefined || ms < 0) throw new RangeError(`${ms} ms are no interval of whole seconds.`)
  const digits = String(ms / size)
  return `interval '${digits}' ${unit}${digits.length > 2 ? `(${digits.length})` : ''}`
}
