import { Duration, type RemovalPolicy } from 'aws-cdk-lib'
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis'
import { Construct } from 'constructs'
import type { Names } from '../../catalog/names.ts'

export interface EventStreamsProps {
  readonly names: Names
  readonly removalPolicy: RemovalPolicy
}

/** What the shop sends, what the rules found in it, and what is no event. */
export class EventStreams extends Construct {
  readonly events: Stream
  readonly findings: Stream
  readonly deadLetters: Stream

  constructor(scope: Construct, id: string, { names, removalPolicy }: EventStreamsProps) {
    super(scope, id)
    // With Kinesis's own key: a key of ours would be asked by every producer and consumer, for nothing more.
    const onDemand = {
      encryption: StreamEncryption.MANAGED,
      removalPolicy,
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(24),
    }
    this.events = new Stream(this, 'Events', { ...onDemand, streamName: names.eventStream })
    this.findings = new Stream(this, 'Findings', { ...onDemand, streamName: names.findingStream })
    // Mostly nothing comes here, but what sends garbage must not be able to hold up the rules, which write here too: it has as much
    // room as stream 1. Whoever looks at it may need days.
    this.deadLetters = new Stream(this, 'DeadLetters', {
      ...onDemand,
      streamName: names.deadLetterStream,
      retentionPeriod: Duration.days(7),
    })
  }
}
