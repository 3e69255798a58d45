import type { Scope } from './expression.ts'
import { isArray, type Json, type JsonObject } from './json.ts'
import { lookUp, read } from './path.ts'
import { runtimeError } from './runtime-error.ts'

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
}

/** RFC 3339 with a capital T and Z, as the Amazon States Language has it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
export const isTimestamp = (value: Json | undefined): value is string =>
  typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value))

/** Below, at or above zero as `a` stands to `b`; undefined where one of them is of another type, so that no rule matches. */
const COMPARE: Readonly<Record<string, (a: Json, b: Json) => number | undefined>> = {
  String: (a, b) =>
    typeof a === 'string' && typeof b === 'string' ? (a < b ? -1 : Number(a > b)) : undefined,
  Numeric: (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : undefined),
  Boolean: (a, b) => (typeof a === 'boolean' && typeof b === 'boolean' ? Number(a) - Number(b) : undefined),
  Timestamp: (a, b) => (isTimestamp(a) && isTimestamp(b) ? Date.parse(a) - Date.parse(b) : undefined),
}

const IS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: isTimestamp,
}

/** `*` stands for any characters, `\*` for a star. */
function matches(value: string, pattern: string): boolean {
  const parts = pattern.replace(/\\(.)|\*|[^\\*]+/gs, (part, escaped?: string) =>
    part === '*' ? '.*' : RegExp.escape(escaped ?? part),
  )
  return new RegExp(`^${parts}$`, 's').test(value)
}

const OPERATOR = /^(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?$/

function compare(operator: string, value: Json, operand: Json, scope: Scope): boolean {
  if (operator === 'StringMatches') return typeof value === 'string' && matches(value, String(operand))
  const [, type = '', order = '', isPath] = OPERATOR.exec(operator) ?? []
  const test = ORDERS[order]
  const comparison = COMPARE[type]
  if (!test || !comparison) throw runtimeError(`a Choice has no operator ${operator}`)
  const other = isPath ? variable(String(operand), scope) : operand
  const found = comparison(value, other)
  return found !== undefined && test(found)
}

const variable = (path: string, { data, context }: Scope): Json =>
  path.startsWith('$$') ? read(path.slice(1), context, 'Variable') : readVariable(path, data)

function readVariable(path: string, data: Json): Json {
  const found = lookUp(path, data)
  if (found === undefined)
    throw runtimeError(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    )
  return found
}

const isPresent = (path: string, { data, context }: Scope): boolean => {
  const found = path.startsWith('$$') ? lookUp(path.slice(1), context) : lookUp(path, data)
  return found !== undefined
}

/** Whether a choice rule holds. A path that finds nothing is an error unless `IsPresent` asks for it. */
export function holds(rule: JsonObject, scope: Scope): boolean {
  const { And, Or, Not, Variable, Next: _, Comment: __, ...operators } = rule
  if (isArray(And)) return And.every((inner) => holds(inner as JsonObject, scope))
  if (isArray(Or)) return Or.some((inner) => holds(inner as JsonObject, scope))
  if (Not !== undefined) return !holds(Not as JsonObject, scope)
  const [operator = '', operand = null] = Object.entries(operators)[0] ?? []
  if (operator === 'IsPresent') return isPresent(String(Variable), scope) === operand
  const value = variable(String(Variable), scope)
  const is = IS[operator]
  return is ? is(value) === operand : compare(operator, value, operand, scope)
}
