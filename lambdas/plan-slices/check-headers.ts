import { createHash } from 'node:crypto'
import type { RawFile } from '../shared/documents.ts'
import { environment } from '../shared/environment.ts'
import { InvalidInputError } from '../shared/errors.ts'
import { inParallel } from '../shared/in-parallel.ts'
import { listing } from '../shared/listing.ts'
import { firstBytes } from '../shared/objects.ts'
import { headerProblem } from './header-problem.ts'

// A header is 95 bytes; a first line that is longer than this is none.
const START = 64 * 1024

/**
 * Reads the first line of each file, so that all that is wrong is said at once and before any job costs money. Answers with
 * a digest of each file's beginning, by key.
 */
export async function checkHeaders(files: readonly RawFile[]): Promise<Map<string, string>> {
  const { rawBucket } = environment()
  const beginnings = await inParallel(files, 8, async ({ key, size }) => {
    // S3 refuses a range of an empty object.
    const start = size === 0 ? Buffer.alloc(0) : await firstBytes(rawBucket, key, START)
    const digest = createHash('sha256').update(start).digest('hex')
    return { key, digest, problem: headerProblem(start) }
  })
  const problems = beginnings.flatMap(({ key, problem }) =>
    problem === undefined ? [] : [`${key} ${problem}`],
  )
  if (problems.length > 0)
    throw new InvalidInputError(`Raw files that can't be read: ${listing(problems, 10, '; ')}.`)
  return new Map(beginnings.map(({ key, digest }) => [key, digest]))
}
