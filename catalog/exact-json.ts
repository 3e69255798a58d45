import { parseFlatJson } from './flat-json.ts'

/** What a reviver gets beside the value, in engines that have it (Node 21 and newer). */
interface Context {
  readonly source?: string
}

type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: Context) => unknown,
) => unknown

/** Parses JSON with every number as the digits that stand there: as a JavaScript number a BIGINT above 2^53 would change. */
export const parseExactJson = (text: string): unknown => parseFlatJson(text) ?? parseAnyJson(text)

/** The same of whatever is JSON, and slower. */
export const parseAnyJson = (text: string): unknown =>
  (JSON.parse as ParseWithSource)(text, (_key, value, { source }) =>
    typeof value === 'number' ? (source ?? value) : value,
  )

type RawJson = (text: string) => unknown

/** Writes JSON with every bigint as the digits that it has. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item) =>
    typeof item === 'bigint' ? (JSON as unknown as { rawJSON: RawJson }).rawJSON(String(item)) : item,
  )
