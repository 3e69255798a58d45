import { LAKE, type MachineKind } from '../../../catalog/layout.ts'
import { candidate, planRecord } from '../documents.ts'
import { findDocument } from '../documents-store.ts'
import { environment } from '../environment.ts'
import { listExecutions } from '../executions.ts'
import { inParallel } from '../in-parallel.ts'
import { runOfExecution } from '../run-id.ts'
import { versionId, versionIds } from './version-id.ts'

const WRITING: readonly MachineKind[] = ['nightly', 'backfill', 'backfillMonth']
const UNFINISHED = ['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const

interface Needed {
  /** Runs whose own versions are needed. */
  readonly runs: ReadonlySet<string>
  readonly ids: readonly string[]
  /** One of them runs and has not said yet what it takes. */
  readonly isPlanning: boolean
}

/** What executions need that run, or that have failed since then and may be redriven. */
export async function neededByRuns(since: number): Promise<Needed> {
  const { names } = environment()
  const queries = WRITING.flatMap((machine) => UNFINISHED.map((status) => ({ machine, status })))
  const unfinished = await inParallel(queries, 4, ({ machine, status }) =>
    listExecutions(machine, status, status === 'RUNNING' ? 0 : since),
  )
  const executions = unfinished.flatMap((listed, i) =>
    listed.map(({ arn, machine }) => ({
      run: runOfExecution(arn, names),
      plans: machine !== 'backfill' && queries[i]?.status === 'RUNNING',
    })),
  )
  const found = await inParallel(executions, 8, async ({ run, plans }) => {
    const [plan, next] = await Promise.all([
      findDocument(planRecord, LAKE.run(run, 'plan')),
      findDocument(candidate, LAKE.run(run, 'candidate')),
    ])
    const adopted = Object.values(plan?.adopted ?? {}).map(({ version }) => versionId(null, version))
    return { ids: [...adopted, ...(next ? versionIds(next) : [])], isPlanning: plans && plan === undefined }
  })
  return {
    runs: new Set(executions.map(({ run }) => run)),
    ids: found.flatMap(({ ids }) => ids),
    isPlanning: found.some(({ isPlanning }) => isPlanning),
  }
}
