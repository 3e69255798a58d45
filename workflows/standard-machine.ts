import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'

export interface StandardMachineProps {
  readonly name: string
  /** The state that it starts at. */
  readonly first: IChainable
  readonly timeout: Duration
  readonly logRetention: RetentionDays
}

/** A standard workflow in JSONPath that is traced and logs all that it does. */
export function standardMachine(scope: Construct, props: StandardMachineProps): StateMachine {
  const logs = new LogGroup(scope, 'Logs', {
    // Step Functions puts every group that it may write to into one resource policy, unless it has this prefix.
    logGroupName: `/aws/vendedlogs/states/${props.name}`,
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  return new StateMachine(scope, 'StateMachine', {
    stateMachineName: props.name,
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSON_PATH,
    definitionBody: DefinitionBody.fromChainable(props.first),
    timeout: props.timeout,
    tracingEnabled: true,
    logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: true },
  })
}
