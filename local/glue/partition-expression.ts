import { AwsError } from '../registry.ts'

const TEXT = `'(?:[^']|'')*'|-?\\d+`
const TERM = new RegExp(
  `^\\s*"?(\\w+)"?\\s*(?:=\\s*(${TEXT})|in\\s*\\(((?:\\s*(?:${TEXT})\\s*,?)+)\\))\\s*`,
  'i',
)

const literal = (text: string): string =>
  text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text

/**
 * A filter of GetPartitions: equalities and IN lists joined by AND (`version = 'csv-2019-10@r7' AND category_id IN (1, 2)`).
 * Glue takes more; what it takes beyond that is refused here instead of being misread.
 */
export const partitionFilter = (
  expression: string | undefined,
  keys: readonly string[],
): ((values: readonly string[]) => boolean) => {
  const wanted = new Map<number, Set<string>>()
  let rest = expression?.trim() ?? ''
  while (rest !== '') {
    const [whole = '', key = '', single, list] = TERM.exec(rest) ?? []
    const index = keys.indexOf(key.toLowerCase())
    if (whole === '' || index < 0)
      throw new AwsError(
        'InvalidInputException',
        `Unsupported expression '${expression}': only = and IN on the partition keys (${keys.join(', ')}), joined by AND`,
      )
    const texts = single === undefined ? (list?.match(new RegExp(TEXT, 'g')) ?? []) : [single]
    const former = wanted.get(index)
    wanted.set(index, new Set(texts.map(literal).filter((text) => !former || former.has(text))))
    rest = rest.slice(whole.length)
    if (rest !== '') {
      const joined = /^and\b/i.exec(rest)
      if (!joined) throw new AwsError('InvalidInputException', `Unsupported expression '${expression}'`)
      rest = `${rest.slice(3).trim()}`
    }
  }
  return (values) => [...wanted].every(([index, allowed]) => allowed.has(values[index] ?? ''))
}
