import { createHash } from 'node:crypto'
import { statementsFile } from '../../glue-jobs/statements.ts'

/** Raised where the jobs come to write other rows from the same statements. */
const REVISION = 1

let hash: string | undefined

/** Changes with what curation makes of a slice; then every slice counts as changed. */
export const curationHash = (): string => {
  hash ??= createHash('sha256')
    .update(JSON.stringify([REVISION, statementsFile()]))
    .digest('hex')
  return hash
}
