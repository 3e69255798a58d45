import { AlreadyRunningError } from '../shared/errors.ts'
import { runningBefore, spelled } from '../shared/executions.ts'

/** A night that starts while a rollback moves the views would be built on the release that is about to go. */
export async function refuseRollback(execution: string, startedAt: string): Promise<void> {
  const [rollback] = await runningBefore(execution, startedAt, ['rollback'])
  if (rollback)
    throw new AlreadyRunningError(
      `A rollback is running (${spelled(rollback)}). Wait for its end, then start this night again.`,
    )
}
