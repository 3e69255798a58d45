import type { z } from 'zod'
import type { RunRecord } from '../shared/documents.ts'
import type { BackfilledMonth } from '../shared/maintenance-documents.ts'
import type { CuratedSlice } from '../shared/night-state.ts'
import { readRun } from '../shared/read-run.ts'
import { recordEnd } from '../shared/record-end.ts'
import { rememberSetAside } from '../shared/remember-set-aside.ts'
import type { event } from './handler.ts'

/** What came of the month's slices; the audit record has their figures. */
export async function finishMonth({
  run,
  execution,
  startedAt,
  months: [month],
  curated,
  plan,
}: z.output<typeof event>): Promise<BackfilledMonth> {
  await rememberSetAside(run, curated)
  const record: RunRecord = {
    run,
    status: 'curated',
    startedAt,
    endedAt: new Date().toISOString(),
    release: null,
    ...(await readRun(run)),
    error: null,
  }
  await recordEnd({ execution, record })
  const withOutcome = (wanted: CuratedSlice['outcome']) =>
    curated.filter(({ outcome }) => outcome === wanted).map(({ slice }) => slice)
  return {
    month,
    run,
    curated: withOutcome('registered'),
    setAside: withOutcome('set-aside'),
    adopted: plan.adopted,
    unchanged: plan.unchanged,
  }
}
