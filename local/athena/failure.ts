/** DuckDB's kinds of errors in the words of Athena. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^Parser Error/, 'SYNTAX_ERROR'],
  [/^Catalog Error: Table with name/, 'TABLE_NOT_FOUND'],
  [/^Catalog Error: .*Schema/i, 'SCHEMA_NOT_FOUND'],
  [/^Catalog Error: .*Function/i, 'FUNCTION_NOT_FOUND'],
  [/^Binder Error: Referenced column/, 'COLUMN_NOT_FOUND'],
  [/^Binder Error/, 'SYNTAX_ERROR'],
  [/^Conversion Error/, 'INVALID_CAST_ARGUMENT'],
  [/^Out of Memory Error/, 'EXCEEDED_LOCAL_MEMORY_LIMIT'],
  [/^Permission Error/, 'PERMISSION_DENIED'],
  [/^IO Error/, 'HIVE_CANNOT_OPEN_SPLIT'],
]

/** The message of `error()` in a view that can't be read, and of this engine itself, stands for itself. */
const OWN = /^(?:Invalid Input Error: )?([A-Z]+(?:_[A-Z]+)+: [\s\S]*)$/

/** What GetQueryExecution gives as the reason of a failure. */
export const failureReason = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  const message = text.replace(/^Failed to extract statements: /, '')
  const [, own] = OWN.exec(message) ?? []
  if (own !== undefined) return own
  const kind = KINDS.find(([pattern]) => pattern.test(message))?.[1]
  return `${kind ?? 'GENERIC_INTERNAL_ERROR'}: ${message.replace(/^[A-Z][A-Za-z ]* Error: /, '')}`
}
