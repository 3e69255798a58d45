import { basename } from 'node:path'
import { CSV_COLUMNS } from '../../catalog/events.ts'
import { monthOfKey } from '../../catalog/layout.ts'
import { headerProblem } from '../../lambdas/plan-slices/header-problem.ts'
import { InvalidInputError } from '../../lambdas/shared/errors.ts'
import { contentOf } from './content.ts'
import { lines } from './lines.ts'
import { monthInName } from './month-in-name.ts'
import { type SourceFile, unreadable } from './source-files.ts'

/** So many times decide a file's month. */
const TIMES = 1000
/** So many lines without a time are enough to say that a file has none. */
const LINES = 100_000

const EMPTY = 'is empty: export it again, or leave it out'

const TIME = /^"?(\d{4}-(?:0[1-9]|1[0-2]))-(?:0[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d UTC"?$/

/** What the beginning of a file tells. */
interface Beginning {
  readonly header: string | undefined
  readonly months: ReadonlyMap<string, number>
  /** Columns of the first record, undefined where there is none or where some record has as many as it should. */
  readonly columns: number | undefined
}

const read = async (file: SourceFile): Promise<Beginning> => {
  const months = new Map<string, number>()
  let header: string | undefined
  let columns: number | undefined
  let isWhole = false
  let times = 0
  let seen = 0
  // What is packed is read to its end: a broken download is refused here, not in every night from then on.
  const isPacked = file.kind !== 'csv'
  let isDecided = false
  for await (const line of lines(contentOf(file))) {
    if (isDecided) continue
    if (header === undefined) {
      header = line
      continue
    }
    if (line === '') continue
    const fields = line.split(',')
    columns ??= fields.length
    isWhole ||= fields.length >= CSV_COLUMNS.length
    const month = TIME.exec(fields[0] ?? '')?.[1]
    if (month !== undefined) {
      months.set(month, (months.get(month) ?? 0) + 1)
      times++
    }
    isDecided = times >= TIMES || ++seen >= LINES
    if (isDecided && !isPacked) break
  }
  return { header, months, columns: isWhole ? undefined : columns }
}

const mostFrequent = (months: ReadonlyMap<string, number>): string | undefined =>
  [...months].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0]

const refusal = (name: string, problem: string): InvalidInputError =>
  new InvalidInputError(`${name} ${problem}.`)

/** The month that a file's data is of; files that the night could not read, or that belie their name, are refused. */
export const monthOfFile = async (file: SourceFile): Promise<string> => {
  const { name } = file
  if (file.stats.size === 0) throw refusal(name, EMPTY)
  const { header, months, columns } = await read(file).catch((error) => {
    throw unreadable(name, error)
  })
  if (header === undefined) throw refusal(name, EMPTY)
  const problem = headerProblem(Buffer.from(header))
  if (problem !== undefined) throw refusal(name, `line 1: ${problem}`)
  if (columns !== undefined)
    throw refusal(
      name,
      `line 2: ${columns} of ${CSV_COLUMNS.length} columns, and no better after it: export it again`,
    )
  const month = mostFrequent(months)
  if (month === undefined)
    throw refusal(
      name,
      'has no row with an event_time like "2019-10-01 00:00:00 UTC", so its month is unknown: export it again, or leave it out',
    )
  const told = monthOfKey(`/${name}`) ?? monthInName(basename(name))
  if (told !== undefined && told !== month)
    throw refusal(
      name,
      `is named for ${told}, but its events are of ${month}: rename it, or take the right file`,
    )
  return month
}
