import { createHash } from 'node:crypto'
import type { EventSource } from '../../catalog/events.ts'
import { curationStatements } from '../../glue-jobs/statements.ts'

/** Raised where the jobs come to write other rows of a source from the same statements. */
const REVISIONS: Readonly<Record<EventSource, number>> = { csv: 1, stream: 1 }

const hashes = new Map<EventSource, string>()

/**
 * Changes with the rows that curation makes of a source's slices; then every one of them counts as changed. What it counts
 * of them does not.
 */
export function curationHash(source: EventSource): string {
  const known = hashes.get(source)
  if (known !== undefined) return known
  const hash = createHash('sha256')
    .update(JSON.stringify([REVISIONS[source], curationStatements()[source]]))
    .digest('hex')
  hashes.set(source, hash)
  return hash
}
