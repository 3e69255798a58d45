import { parseExactJson } from '../../catalog/exact-json.ts'
import type { GlueColumn } from './shapes.ts'

type Inferred = 'int' | 'bigint' | 'double' | 'boolean' | 'string'

const INT = 2n ** 31n
const LONG = 2n ** 63n

/** JSON's objects come whole; the first record says whether a file is of them. */
export const isJson = ([first = '']: readonly string[]): boolean => first.trimStart().startsWith('{')

const objectOf = (line: string): Record<string, unknown> | undefined => {
  try {
    // Numbers and texts look alike when exact: which is which, the plain parser says.
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const typeOf = (value: unknown, exact: unknown): Inferred | undefined => {
  if (value === null) return undefined
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'number') return 'string'
  if (!/^-?\d+$/.test(String(exact))) return 'double'
  const whole = BigInt(String(exact))
  if (whole >= -INT && whole < INT) return 'int'
  return whole >= -LONG && whole < LONG ? 'bigint' : 'double'
}

const NUMBERS: readonly Inferred[] = ['int', 'bigint', 'double']

/** The narrowest type that holds both. */
const widen = (a: Inferred | undefined, b: Inferred | undefined): Inferred | undefined => {
  if (a === undefined || b === undefined || a === b) return a ?? b
  const [x, y] = [NUMBERS.indexOf(a), NUMBERS.indexOf(b)]
  return x < 0 || y < 0 ? 'string' : NUMBERS[Math.max(x, y)]
}

/**
 * The columns of lines of JSON as Glue's classifier names and types them: int, bigint, double, boolean, else string; a key
 * that only some lines have is a column. Lines that are no objects say nothing.
 */
export const jsonColumns = (lines: Iterable<string>): GlueColumn[] => {
  const types = new Map<string, Inferred | undefined>()
  for (const line of lines) {
    const object = objectOf(line)
    if (!object) continue
    const exact = parseExactJson(line) as Record<string, unknown>
    for (const [name, value] of Object.entries(object)) {
      const key = name.trim().toLowerCase()
      types.set(key, widen(types.get(key), typeOf(value, exact[name])))
    }
  }
  return [...types].map(([Name, type = 'string']) => ({ Name, Type: type }))
}
