import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  type IScheduleGroup,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler'
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { TimeZone } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { SCHEDULED_INPUT, START_WITHIN_HOURS } from '../workflows/schedules.ts'
import type { Configuration } from './config.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'

export interface MachineScheduleProps {
  readonly names: Names
  /** The schedule's own name: that of the machine. */
  readonly name: string
  readonly description: string
  /** The name of its dead-letter queue. */
  readonly deadLetters: string
  /** The group of the deployment's schedules; the first of them makes it. */
  readonly group?: IScheduleGroup
  readonly schedule: Configuration['schedule']
  readonly stateMachine: IStateMachine
}

/** Starts a machine at a local time; a start that can't be made ends in the dead-letter queue. */
export class MachineSchedule extends Construct {
  readonly deadLetters: IQueue
  readonly group: IScheduleGroup

  constructor(scope: Construct, id: string, props: MachineScheduleProps) {
    super(scope, id)
    const { schedule } = props
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props.deadLetters)
    this.group = props.group ?? this.#makeGroup(props.names.scheduleGroup)
    new Schedule(this, 'Schedule', {
      scheduleName: props.name,
      description: props.description,
      scheduleGroup: this.group,
      enabled: schedule.enabled,
      schedule: ScheduleExpression.expression(schedule.cron, TimeZone.of(schedule.timeZone)),
      timeWindow: TimeWindow.flexible(Duration.minutes(schedule.flexibleMinutes)),
      target: new StepFunctionsStartExecution(props.stateMachine, {
        input: ScheduleTargetInput.fromObject(SCHEDULED_INPUT),
        deadLetterQueue: this.deadLetters,
        retryAttempts: 5,
        maxEventAge: Duration.hours(START_WITHIN_HOURS),
      }),
    })
  }

  #makeGroup(scheduleGroupName: string): ScheduleGroup {
    const group = new ScheduleGroup(this, 'Group', { scheduleGroupName })
    group.applyRemovalPolicy(RemovalPolicy.DESTROY)
    return group
  }
}
