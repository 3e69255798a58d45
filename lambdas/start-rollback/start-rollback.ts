import { LAKE } from '../../catalog/layout.ts'
import { type Hold, hold } from '../shared/documents.ts'
import { findDocument } from '../shared/documents-store.ts'
import { AlreadyRunningError, InvalidInputError } from '../shared/errors.ts'
import { runningBefore, spelled } from '../shared/executions.ts'
import type { MachineStart } from '../shared/machine-start.ts'
import { refuseUsedName } from '../shared/refuse-used-name.ts'
import { releaseHistory } from '../shared/release-history.ts'
import { checkTarget } from './check-target.ts'
import { parseInput } from './parse-input.ts'

/** What the states of a rollback are given. */
export interface RollbackState {
  readonly run: string
  readonly execution: string
  readonly startedAt: string
  readonly resumes: boolean
  /** Where to go back to, and from; null where publication is resumed. */
  readonly target: string | null
  readonly from: string | null
  readonly reason: string | null
  /** The hold as it was found. */
  readonly held: Hold | null
}

export async function startRollback({
  execution,
  run,
  startedAt,
  input,
}: MachineStart): Promise<RollbackState> {
  const { release: target, reason } = parseInput(input)
  const resumes = target === null
  // A night publishes, and a vacuum may be removing what is to be shown again.
  const [other] = await runningBefore(
    execution,
    startedAt,
    resumes ? ['rollback'] : ['nightly', 'rollback', 'vacuum'],
  )
  if (other)
    throw new AlreadyRunningError(
      `${spelled(other)}, is running. Wait for its end or stop it, then start this one again.`,
    )
  await refuseUsedName(run, startedAt)
  const held = (await findDocument(hold, LAKE.hold)) ?? null
  if (resumes && held === null)
    throw new InvalidInputError('Publication is not held: there is nothing to resume, nights publish.')
  const history = await releaseHistory()
  if (target !== null) checkTarget(target, history)
  return { run, execution, startedAt, resumes, target, from: history.current, reason, held }
}
