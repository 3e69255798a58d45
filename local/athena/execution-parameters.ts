/** A literal of SQL: a number, a text, a word such as NULL, or a typed text such as DATE '2019-10-01'. */
const LITERAL =
  /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|(?:(?:bigint|char|date|decimal|double|integer|real|time|timestamp|varchar)\s*)?'(?:[^']|'')*'|true|false|null)\s*$/i

/** What may hold a `?` that is no parameter: texts, quoted names, comments. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g

/**
 * A statement with Athena's execution parameters, each a literal of SQL, in the place of its `?`. What is no literal is
 * refused, so that a value can't become a part of the statement.
 */
export const withParameters = (sql: string, parameters: readonly string[]): string => {
  const bad = parameters.find((parameter) => !LITERAL.test(parameter))
  if (bad !== undefined)
    throw new Error(`INVALID_PARAMETER_USAGE: ${bad} is no literal: quote a text, for example 'samsung'`)
  const left = [...parameters]
  let missing = 0
  const text = sql.replaceAll(TOKENS, (token) => {
    if (token !== '?') return token
    const value = left.shift()
    if (value === undefined) missing++
    return value?.trim() ?? token
  })
  if (missing + left.length > 0)
    throw new Error(
      `INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected ${parameters.length - left.length + missing} but found ${parameters.length}`,
    )
  return text
}
