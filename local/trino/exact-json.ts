/** What a reviver gets beside the value, in engines that have it (Node 21 and newer). */
interface Context {
  readonly source?: string
}

type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: Context) => unknown,
) => unknown

/** Parses JSON with every number as the digits that stand there: as a JavaScript number a BIGINT above 2^53 would change. */
export const parseExactJson = (text: string): unknown =>
  (JSON.parse as ParseWithSource)(text, (_key, value, { source }) =>
    typeof value === 'number' ? (source ?? value) : value,
  )
