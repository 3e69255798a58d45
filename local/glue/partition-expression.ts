import { AwsError } from '../registry.ts'

/** Whether a partition, given by the values of its keys, is wanted. */
type Filter = (values: readonly string[]) => boolean

const TOKEN = /\s*("[^"]+"|'(?:[^']|'')*'|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|<>|!=|<=|>=|[=<>(),])\s*/y

const tokensOf = (text: string): string[] | undefined => {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const [, token] = TOKEN.exec(text) ?? []
    if (token === undefined) return undefined
    tokens.push(token)
  }
  return tokens
}

const isText = (literal: string): boolean => literal.startsWith("'")
const textOf = (literal: string): string =>
  isText(literal) ? literal.slice(1, -1).replaceAll("''", "'") : literal

/** Below, at or above zero; a number in the expression means numbers, to whatever digit. */
const compare = (value: string, literal: string): number => {
  const other = textOf(literal)
  if (isText(literal)) return value < other ? -1 : Number(value > other)
  const [a, b] = [value, other].map((n) => (/^-?\d+$/.test(n) ? BigInt(n) : Number(n))) as [bigint, bigint]
  return a < b ? -1 : Number(a > b)
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/**
 * A filter of GetPartitions: comparisons, IN and BETWEEN on the partition keys, joined by AND, OR and parentheses
 * (`(version in ('csv-2019-10@r7')) AND (category_id > 1)`). What Glue takes beyond that is refused, not misread.
 */
export const partitionFilter = (expression: string | undefined, keys: readonly string[]): Filter => {
  const unsupported = () =>
    new AwsError(
      'InvalidInputException',
      `Unsupported expression '${expression}': only =, <>, <, <=, >, >=, IN and BETWEEN on the partition keys (${keys.join(', ')}), with AND, OR and parentheses`,
    )
  const tokens = tokensOf(expression ?? '')
  if (!tokens) throw unsupported()
  if (tokens.length === 0) return () => true
  let at = 0
  const accept = (word: string): boolean => {
    if (tokens[at]?.toLowerCase() !== word) return false
    at++
    return true
  }
  const expect = (word: string): void => {
    if (!accept(word)) throw unsupported()
  }
  const literal = (): string => {
    const token = tokens[at++] ?? ''
    if (!/^['\d-]/.test(token)) throw unsupported()
    return token
  }
  const comparison = (): Filter => {
    const index = keys.indexOf((tokens[at++] ?? '').replaceAll('"', '').toLowerCase())
    if (index < 0) throw unsupported()
    const value = (values: readonly string[]) => values[index] ?? ''
    if (accept('in')) {
      const allowed: string[] = []
      expect('(')
      do allowed.push(literal())
      while (accept(','))
      expect(')')
      return (values) => allowed.some((one) => compare(value(values), one) === 0)
    }
    if (accept('between')) {
      const low = literal()
      expect('and')
      const high = literal()
      return (values) => compare(value(values), low) >= 0 && compare(value(values), high) <= 0
    }
    const holds = COMPARISONS[tokens[at++] ?? '']
    if (!holds) throw unsupported()
    const other = literal()
    return (values) => holds(compare(value(values), other))
  }
  const term = (): Filter => {
    if (!accept('(')) return comparison()
    const inside = either()
    expect(')')
    return inside
  }
  const all = (): Filter => {
    const terms = [term()]
    while (accept('and')) terms.push(term())
    return (values) => terms.every((holds) => holds(values))
  }
  const either = (): Filter => {
    const terms = [all()]
    while (accept('or')) terms.push(all())
    return (values) => terms.some((holds) => holds(values))
  }
  const filter = either()
  if (at < tokens.length) throw unsupported()
  return filter
}
