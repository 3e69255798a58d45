import { createHash } from 'node:crypto'
import { type CurationStatements, curationStatements } from '../../glue-jobs/statements.ts'

/** Raised where the jobs come to write other rows from the same statements. */
const REVISION = 1

let hash: string | undefined

/** Changes with the rows that curation makes of a slice; then every slice counts as changed. What it counts of them does not. */
export const curationHash = (): string => {
  hash ??= createHash('sha256')
    .update(JSON.stringify([REVISION, rowStatements()]))
    .digest('hex')
  return hash
}

const rowStatements = (): Partial<CurationStatements> => {
  const { event_metrics: _, quarantine_metrics: __, ...rows } = curationStatements()
  return rows
}
