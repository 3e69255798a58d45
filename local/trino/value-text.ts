/** A value of Trino's result as GetQueryResults gives it; undefined for null. */
export const valueText = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item) ?? 'null').join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}=${valueText(member) ?? 'null'}`)
      .join(', ')}}`
  return String(value)
}
