import { Duration, Stack } from 'aws-cdk-lib'
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'

/** What every state needs to be drawn. */
export interface MachineContext {
  /** The construct in which states are made: a state's id is its name. */
  readonly scope: Construct
  readonly names: Names
}

/** What each section of the night needs to draw its states. */
export interface NightContext extends MachineContext {
  readonly curateConcurrency: number
  readonly martConcurrency: number
  /** The jobs' own timeouts. */
  readonly curateTimeout: Duration
  readonly profileTimeout: Duration
}

export const within = (duration: Duration): Timeout => Timeout.duration(duration)

/** A task waits longer than its job runs: for a run that queues, and so that the job's own timeout, which says more, comes first. */
export const withinJob = (timeout: Duration): Timeout => within(timeout.plus(Duration.minutes(30)))

/** An ARN in the stack's own account and region, spelled from a name so that nothing depends on construction order. */
export const arnOf = (scope: Construct, service: string, resource: string, resourceName?: string): string =>
  Stack.of(scope).formatArn({ service, resource, ...(resourceName !== undefined && { resourceName }) })
