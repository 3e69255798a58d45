import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { CSV_HEADER } from '../../catalog/events.ts'
import { SAMPLE } from '../local/lake-harness.ts'
import { A, B, BAD_FILES, type Files } from '../unit/local/curate/bad-files.ts'
import { csv, event } from '../unit/local/curate/curate-files.ts'
import { damagedLines } from '../unit/local/curate/damaged-lines.ts'
import { ACCEPTED, BROKEN, REJECTED } from '../unit/local/curate/field-cases.ts'

const good = ACCEPTED.map(([fields], i) => event({ user_id: String(i), ...fields }))
const bad = REJECTED.map(([fields]) => event(fields))

const damaged = [1, 2, 3].map((seed) => [
  `20,000 damaged lines (seed ${seed})`,
  { 'a.csv': `${CSV_HEADER}\n${damagedLines(20_000, seed).join('\n')}\n` },
])

const sample = (): Record<string, Files> => {
  if (!existsSync(SAMPLE)) return {}
  const content = readFileSync(SAMPLE)
  return {
    'the real sample': { 'oct.csv': content },
    'the real sample under two names': { 'a.csv': content, 'b.csv': content },
  }
}

/** Slices that both engines curate, by name: their files. */
export const CASES: Readonly<Record<string, Files>> = {
  ...sample(),
  'every field case': { 'a.csv': csv(...good, ...bad, ...BROKEN) },
  ...Object.fromEntries(damaged),
  ...BAD_FILES,
}

/** A slice in whose folders an attempt before has left files: with and without rejected lines of its own. */
export const LEFT_BEHIND: Readonly<Record<string, Files>> = {
  'after an attempt that was killed': { 'a.csv': csv(A, B) },
  'after an attempt that was killed, with rejected lines': { 'a.csv': csv(A, B, 'x') },
}

/** Slices that no engine may take for curated. */
export const FAILING: Readonly<Record<string, Files>> = {
  'a gzip file that is cut off': { 'a.csv.gz': gzipSync(csv(A, B)).subarray(0, 60) },
  'a gzip file that is none': { 'a.csv.gz': csv(A) },
}
