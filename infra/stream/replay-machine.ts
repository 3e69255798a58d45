import { Duration } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'
import { REPLAY_HANDLERS, type ReplayHandler } from '../../workflows/handlers.ts'
import { Replay } from '../../workflows/replay.ts'
import { arnsOf } from '../arns.ts'
import { permitKeyUsage } from '../encryption-key.ts'
import { functionEnvironment } from '../function-environment.ts'
import { LambdaFunction, type LambdaFunctionProps } from '../lambda-function.ts'
import { acknowledge } from '../permissions.ts'
import { replayPermissions } from './replay-permissions.ts'

export interface ReplayMachineProps {
  readonly names: Names
  readonly environment: string
  readonly logRetention: RetentionDays
}

const WHAT: Record<ReplayHandler, string> = {
  'start-replay': 'Validates the range, guards against a second replay, finds its hours',
  'send-events': 'Sends persisted events into stream 1 again',
  'record-replay': "Writes a replay's record",
}

/** As long as a function has; it leaves the rest to the next call after `ROUND`. */
const LONGEST = Duration.minutes(15)
const ROUND = Duration.minutes(12)

const SIZES: Partial<Record<ReplayHandler, Pick<LambdaFunctionProps, 'memorySize' | 'timeout'>>> = {
  // Memory brings processors: it unpacks, reads and sends. Objects of the same minutes are in memory together.
  'send-events': { memorySize: 2048, timeout: LONGEST },
}

/** Sends what was persisted again: the state machine and its functions. The batch side hears of its ends by its name. */
export class ReplayMachine extends Construct {
  constructor(scope: Construct, id: string, props: ReplayMachineProps) {
    super(scope, id)
    const { names, logRetention } = props
    const arns = arnsOf(this, names)
    const permissions = replayPermissions(arns, names)
    const environment = {
      ...functionEnvironment(arns, names, props.environment),
      BACKUP_BUCKET: names.backupBucket,
      REPLAY_ROUND_SECONDS: String(ROUND.toSeconds()),
    }
    for (const handler of REPLAY_HANDLERS)
      new LambdaFunction(this, handler, {
        handler,
        functionName: names.lambda(handler),
        description: WHAT[handler],
        environment,
        permissions: permissions[handler],
        logRetention,
        ...SIZES[handler],
      })
    const { stateMachine } = new Replay(this, 'Machine', { names, logRetention })
    // The topic is encrypted with it.
    permitKeyUsage(stateMachine.role, names)
    acknowledge(
      stateMachine.role,
      'Log deliveries and X-Ray have no resources in IAM; this is what their documentation asks for.',
      'AwsSolutions-IAM5[Resource::*]',
    )
  }
}
