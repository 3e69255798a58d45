import { RAW } from '../../catalog/layout.ts'

// DataBrew takes keys of up to 1,280 characters.
const LIMIT = 1_280

/**
 * The path of the DataBrew data set: a regular expression in angle brackets that covers the months' files and no others.
 * The extension stands outside, because all files of a data set must have the same. Months stand together by year to keep it short; where there are too many all the same, all files are profiled.
 */
export function profileKey(months: readonly string[]): string {
  if (months.length === 0) return ''
  const byYear = Map.groupBy([...new Set(months)].sort(), (month) => month.slice(0, 4))
  const years = [...byYear].map(
    ([year, ofYear]) => `p_year=${year}/p_month=${oneOf(ofYear.map((month) => month.slice(5)))}`,
  )
  const key = `${RAW.uncompressed}<${oneOf(years)}/.+>.csv`
  return key.length <= LIMIT ? key : `${RAW.uncompressed}<.+>.csv`
}

const oneOf = (options: readonly string[]): string =>
  options.length === 1 ? (options[0] ?? '') : `(${options.join('|')})`
