import { LAKE, RAW } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import type { ReplayHandler } from '../../workflows/handlers.ts'
import type { Arns } from '../arns.ts'
import type { Permission } from '../permissions.ts'

const FILES = 'Which objects and runs there are is known only when it runs; the prefix is as near as it gets.'
const EXECUTIONS = 'An execution is named when it starts; the state machine is this one.'

/** What each of a replay's handlers may do, and nothing else. */
export function replayPermissions(arns: Arns, names: Names): Record<ReplayHandler, readonly Permission[]> {
  const sources = [arns.raw, arns.backup]
  // Without the right to list, S3 answers 403 for a document that is not there.
  const control: Permission[] = [
    { actions: ['s3:ListBucket'], resources: [arns.lake.bucket] },
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      resources: [arns.lake.keys(LAKE.control)],
      wildcard: FILES,
    },
  ]
  const list: Permission = { actions: ['s3:ListBucket'], resources: sources.map(({ bucket }) => bucket) }
  const describe: Permission = {
    actions: ['states:DescribeExecution'],
    resources: [arns.executions(names.replay)],
    wildcard: EXECUTIONS,
  }
  const others: Permission = {
    actions: ['states:ListExecutions'],
    resources: [arns.stateMachine(names.replay)],
  }
  return {
    'start-replay': [...control, list, others],
    'send-events': [
      ...control,
      list,
      {
        actions: ['s3:GetObject'],
        resources: sources.map(({ keys }) => keys(RAW.stream)),
        wildcard: FILES,
      },
      // The stream is encrypted with AWS's key for Kinesis, which asks nothing of producers of its account.
      { actions: ['kinesis:PutRecords'], resources: [arns.stream(names.eventStream)] },
      describe,
      others,
    ],
    'record-replay': [
      ...control,
      { actions: ['s3:PutObject'], resources: [arns.lake.keys(LAKE.audit)], wildcard: FILES },
      describe,
    ],
  }
}
