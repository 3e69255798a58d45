import { paginateListExecutions } from '@aws-sdk/client-sfn'
import { stepFunctions } from '../shared/clients.ts'
import { environment } from '../shared/environment.ts'
import { NightAlreadyRunningError } from '../shared/errors.ts'

/**
 * Only the night that started first goes on: two would write the same tables. Of two that started in the same
 * millisecond, the one whose ARN sorts first is taken for the first.
 */
export async function refuseSecondNight(execution: string, startedAt: string): Promise<void> {
  const own = Date.parse(startedAt)
  const pages = paginateListExecutions(
    { client: stepFunctions() },
    { stateMachineArn: environment().stateMachineArn, statusFilter: 'RUNNING' },
  )
  for await (const { executions = [] } of pages) {
    for (const { executionArn = '', name, startDate } of executions) {
      const started = startDate?.getTime() ?? 0
      const isEarlier = started < own || (started === own && executionArn < execution)
      if (executionArn !== execution && isEarlier)
        throw new NightAlreadyRunningError(
          `Execution ${name} has been running since ${startDate?.toISOString()}. ` +
            'Wait for its end or stop it, then start this one again.',
        )
    }
  }
}
