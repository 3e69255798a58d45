import { z } from 'zod'
import type { GlueColumn } from '../glue/shapes.ts'
import { CATALOG } from './statement-parts.ts'

/** How Athena keeps a view in the Data Catalog: Trino's description of it, as JSON in base64. */
const STORED = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/

const description = z.object({ originalSql: z.string() })

const TYPES: Readonly<Record<string, string>> = {
  binary: 'varbinary',
  float: 'real',
  int: 'integer',
  string: 'varchar',
  timestamp: 'timestamp(3)',
}

/** Trino's name of a Glue type. */
const trinoType = (glue: string): string => {
  const [, item] = /^array<(.+)>$/.exec(glue) ?? []
  return item ? `array(${trinoType(item)})` : (TYPES[glue] ?? glue)
}

export const viewText = (database: string, sql: string, columns: readonly GlueColumn[]): string => {
  const stored = {
    originalSql: sql,
    catalog: CATALOG,
    schema: database,
    columns: columns.map(({ Name, Type }) => ({ name: Name, type: trinoType(Type) })),
    runAsInvoker: true,
  }
  return `/* Presto View: ${Buffer.from(JSON.stringify(stored)).toString('base64')} */`
}

/** The query of a stored view; plain text is taken as it is. */
export const viewSql = ({
  ViewOriginalText = '',
}: {
  readonly ViewOriginalText?: string | undefined
}): string => {
  const [, encoded] = STORED.exec(ViewOriginalText) ?? []
  if (encoded === undefined) return ViewOriginalText
  return description.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).originalSql
}
