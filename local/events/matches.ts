/** Whether an event has, in every field that the pattern names, one of the values that the pattern lists for it. */
export const matches = (pattern: Readonly<Record<string, unknown>>, event: unknown): boolean =>
  Object.entries(pattern).every(([field, wanted]) => {
    const value = isObject(event) ? event[field] : undefined
    if (Array.isArray(wanted)) return wanted.map(plain).includes(value)
    if (isObject(wanted)) return matches(wanted, value)
    throw new Error(`an event pattern lists values; ${field} has ${JSON.stringify(wanted)}`)
  })

/** EventBridge has more ways to compare (prefix, anything-but, …); what they would let through must not be guessed. */
function plain(value: unknown): unknown {
  if (isObject(value))
    throw new Error(
      `the event pattern has ${JSON.stringify(value)}, which the embedded platform does not know`,
    )
  return value
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
