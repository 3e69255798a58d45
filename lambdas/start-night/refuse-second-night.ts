import { NightAlreadyRunningError } from '../shared/errors.ts'
import { runningBefore } from '../shared/executions.ts'

/** Only the night that began first goes on: two would write the same tables. */
export async function refuseSecondNight(execution: string, startedAt: string): Promise<void> {
  const [other] = await runningBefore(execution, startedAt, ['nightly'])
  if (other)
    throw new NightAlreadyRunningError(
      `Execution ${other.name} has been running since ${new Date(other.begunAt).toISOString()}. ` +
        'Wait for its end or stop it, then start this one again.',
    )
}
