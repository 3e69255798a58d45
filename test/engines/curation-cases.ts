import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { CSV_HEADER } from '../../catalog/events.ts'
import { SAMPLE } from '../local/lake-harness.ts'
import { A, B, BAD_FILES, type Files } from '../unit/local/curate/bad-files.ts'
import { csv, event } from '../unit/local/curate/curate-files.ts'
import { damagedLines } from '../unit/local/curate/damaged-lines.ts'
import { ACCEPTED, BROKEN, REJECTED } from '../unit/local/curate/field-cases.ts'
import { randomStreamLines } from '../unit/local/curate/random-stream-lines.ts'
import { HOURS, objectOf, STREAM_CASES } from '../unit/local/curate/stream-files.ts'

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

const hourly = (lines: (typeof STREAM_CASES)[string]): Files =>
  Object.fromEntries(
    Object.entries(lines).map(([hour, ofHour]) => [
      `${HOURS[hour as keyof typeof HOURS]}a.json.gz`,
      objectOf(ofHour),
    ]),
  )

/** Slices of the stream that both engines curate. */
export const STREAM_SLICES: Readonly<Record<string, Files>> = {
  ...Object.fromEntries(
    Object.entries(STREAM_CASES).map(([name, lines]) => [`the stream: ${name}`, hourly(lines)]),
  ),
  'the stream: bytes that are not UTF-8': {
    [`${HOURS.within}a.json.gz`]: objectOf([
      Buffer.from(STREAM_CASES['two events']?.within?.[0]?.replace('lenovo', 'caf\u00e9') ?? '', 'latin1'),
      STREAM_CASES['two events']?.within?.[1] ?? '',
    ]),
  },
  'the stream: 20,000 lines, many of them damaged': hourly(randomStreamLines(20_000, 7)),
  'the stream: 300 small objects': Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [
      `p_year=2019/p_month=10/p_day=${String((i % 31) + 1).padStart(2, '0')}/p_hour=05/${i}.json.gz`,
      objectOf(randomStreamLines(20, 1000 + i).within),
    ]),
  ),
}

/** Slices of the stream that no engine may take for curated. */
export const FAILING_STREAM: Readonly<Record<string, Files>> = {
  'the stream: a gzip file that is cut off': {
    [`${HOURS.within}a.json.gz`]: objectOf(randomStreamLines(50, 1).within).subarray(0, 60),
  },
}

/** Slices that no engine may take for curated. */
export const FAILING: Readonly<Record<string, Files>> = {
  'a gzip file that is cut off': { 'a.csv.gz': gzipSync(csv(A, B)).subarray(0, 60) },
  'a gzip file that is none': { 'a.csv.gz': csv(A) },
}
