import path from 'node:path'
import { monthOfKey, monthPartition, RAW } from '../../catalog/layout.ts'
import type { RawFile } from './documents.ts'
import { InvalidInputError } from './errors.ts'
import { listing } from './listing.ts'

interface Archive {
  readonly file: RawFile
  readonly month: string
  /** The key of its CSV. */
  readonly target: string
}

/** Where each archive is unpacked to; archives for which that can't be said are named together in one error. */
export function assignTargets(files: readonly RawFile[]): Archive[] {
  const problems: string[] = []
  const byTarget = new Map<string, Archive>()
  for (const file of files) {
    const month = monthOfKey(file.key)
    const name = nameOf(file.key)
    if (month === undefined)
      problems.push(`${file.key} is in no month: move it to ${RAW.archives}p_year=YYYY/p_month=MM/`)
    else if (name === undefined)
      problems.push(`${file.key} is neither .zip nor .gz: remove it, or put a CSV into ${RAW.uncompressed}`)
    else {
      const target = `${RAW.uncompressed}${monthPartition(month)}${name}.csv`
      const other = byTarget.get(target)
      if (other) problems.push(`${file.key} and ${other.file.key} both unpack to ${target}: remove one`)
      byTarget.set(target, { file, month, target })
    }
  }
  if (problems.length > 0) throw new InvalidInputError(`Archives: ${listing(problems, 20, '; ')}.`)
  return [...byTarget.values()]
}

/** `2019-Oct` of `…/2019-Oct.csv.zip`; undefined where it is no archive that can be unpacked. */
const nameOf = (key: string): string | undefined =>
  /^(.+?)(?:\.csv)?\.(?:zip|gz)$/i.exec(path.posix.basename(key))?.[1]
