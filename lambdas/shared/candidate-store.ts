import { LAKE } from '../../catalog/layout.ts'
import { type Candidate, candidate } from './documents.ts'
import { getDocument, putDocument } from './documents-store.ts'

/** What plan-marts decided for this run. */
export const candidateOf = (run: string): Promise<Candidate> =>
  getDocument(candidate, LAKE.run(run, 'candidate'))

export const putCandidate = (document: Candidate): Promise<boolean> =>
  putDocument(LAKE.run(document.run, 'candidate'), document)
