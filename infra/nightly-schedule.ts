import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler'
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { TimeZone } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import type { Configuration } from './config.ts'
import { acknowledge } from './permissions.ts'

export interface NightlyScheduleProps {
  readonly names: Names
  readonly schedule: Configuration['schedule']
  readonly stateMachine: IStateMachine
}

/** Starts the night at a local time; a start that can't be made ends in the dead-letter queue. */
export class NightlySchedule extends Construct {
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { names, schedule, stateMachine }: NightlyScheduleProps) {
    super(scope, id)
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: names.nightlyDeadLetters,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    acknowledge(
      this.deadLetters,
      'It is the dead-letter queue, of a schedule and not of a queue.',
      'AwsSolutions-SQS3',
      'Serverless-SQSRedrivePolicy',
    )
    const scheduleGroup = new ScheduleGroup(this, 'Group', { scheduleGroupName: names.scheduleGroup })
    scheduleGroup.applyRemovalPolicy(RemovalPolicy.DESTROY)
    new Schedule(this, 'Schedule', {
      scheduleName: names.nightly,
      description: 'Starts the nightly state machine.',
      scheduleGroup,
      enabled: schedule.enabled,
      schedule: ScheduleExpression.expression(schedule.cron, TimeZone.of(schedule.timeZone)),
      timeWindow: TimeWindow.flexible(Duration.minutes(schedule.flexibleMinutes)),
      target: new StepFunctionsStartExecution(stateMachine, {
        input: ScheduleTargetInput.fromObject({}),
        deadLetterQueue: this.deadLetters,
        retryAttempts: 5,
        maxEventAge: Duration.hours(2),
      }),
    })
  }
}
