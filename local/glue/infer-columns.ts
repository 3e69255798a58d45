import type { CsvSample } from './csv-sample.ts'
import type { GlueColumn } from './shapes.ts'

type Inferred = 'empty' | 'bigint' | 'double' | 'string'

const BIGINT = /^-?\d{1,18}$/
const LONG = /^-?\d{19}$/
const DOUBLE = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

const isBigint = (text: string): boolean =>
  BIGINT.test(text) || (LONG.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text))

const typeOf = (text: string): Inferred => {
  if (text === '') return 'empty'
  if (isBigint(text)) return 'bigint'
  return DOUBLE.test(text) ? 'double' : 'string'
}

/** The narrowest type that holds both. */
const widen = (a: Inferred, b: Inferred): Inferred => {
  if (a === b || b === 'empty') return a
  if (a === 'empty') return b
  return a === 'string' || b === 'string' ? 'string' : 'double'
}

/**
 * The columns of the files together as Glue's CSV classifier names and types them: bigint, double, else string. A column
 * that only some files have is a column.
 */
export const inferColumns = (samples: readonly CsvSample[]): GlueColumn[] => {
  const types = new Map<string, Inferred>()
  for (const { header, rows } of samples) {
    for (const [index, name] of header.entries()) {
      const key = name.trim().toLowerCase()
      const seen = rows.map((row) => typeOf(row[index] ?? ''))
      types.set(key, seen.reduce(widen, types.get(key) ?? 'empty'))
    }
  }
  return [...types].map(([Name, type]) => ({ Name, Type: type === 'empty' ? 'string' : type }))
}
