import { Fail, Pass } from 'aws-cdk-lib/aws-stepfunctions'
import type { NightContext } from './context.ts'
import { lambdaTask } from './lambda-task.ts'
import { notify } from './notify.ts'

/** Where every error of the night ends: record it, tell someone, fail with the error as it was (docs/adr/0010). */
export function failureChain(night: NightContext) {
  const record = lambdaTask(night, 'RecordFailure', 'record-failure', {
    // The state is the error alone: what the night had done by then lies in the lake.
    parameters: {
      'execution.$': '$$.Execution.Id',
      'name.$': '$$.Execution.Name',
      'startedAt.$': '$$.Execution.StartTime',
      'error.$': '$',
    },
    resultPath: '$.record',
  })
  const tell = notify(night, 'NotifyFailure')
  const failed = new Fail(night.scope, 'NightFailed', {
    errorPath: '$.Error',
    causePath: '$.Cause',
  })

  // Trouble with the record or the message must not hide why the night failed.
  const unrecorded = new Pass(night.scope, 'FailureUnrecorded', {
    parameters: {
      subject: `${night.names.nightly} failed, and its record could not be written`,
      'message.$': "States.Format('{}: {} ({})', $.Error, $.Cause, $$.Execution.Id)",
    },
    resultPath: '$.record',
  })
  record.addCatch(unrecorded, { errors: ['States.ALL'], resultPath: '$.record' })
  tell.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.record' })
  unrecorded.next(tell)
  record.next(tell)
  tell.next(failed)
  return record
}
