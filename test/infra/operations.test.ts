import { beforeAll, describe, expect, test } from 'vitest'
import { synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized('prod')
})
const only = (type: string) => {
  const found = batch.ofType(type)
  expect(found).toHaveLength(1)
  return found[0] ?? ['', { Type: type, Properties: {} }]
}

describe('the schedule', () => {
  test('starts the night at a local time, within a window', () => {
    expect(only('AWS::Scheduler::Schedule')[1].Properties).toMatchObject({
      Name: batch.names.nightly,
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { Input: '{}', RetryPolicy: { MaximumRetryAttempts: 5 } },
    })
  })

  test('is off in dev, where nobody waits for the data', () => {
    const dev = synthesized('dev').ofType('AWS::Scheduler::Schedule')
    expect(dev[0]?.[1].Properties.State).toBe('DISABLED')
  })

  test('puts a start that failed into an encrypted queue that wants TLS', () => {
    const [queue, { Properties }] = only('AWS::SQS::Queue')
    expect(only('AWS::Scheduler::Schedule')[1].Properties.Target.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
    })
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true })
    expect(only('AWS::SQS::QueuePolicy')[1].Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  test('may start this state machine and nothing else', () => {
    const [machine] = only('AWS::StepFunctions::StateMachine')
    const started = batch
      .ofType('AWS::IAM::Policy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().includes('states:StartExecution'),
      )
    expect(started.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual([{ Ref: machine }])
  })
})

describe('the state machine', () => {
  test('is a standard workflow, traced, that logs everything', () => {
    expect(only('AWS::StepFunctions::StateMachine')[1].Properties).toMatchObject({
      StateMachineName: batch.names.nightly,
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
    })
  })
})

describe('the operators', () => {
  const ruleFor = (status: string) => {
    const rules = batch.ofType('AWS::Events::Rule').map(([, { Properties }]) => Properties)
    return rules.find(({ EventPattern }) => EventPattern.detail.status.includes(status))
  }

  test('have an encrypted topic that wants TLS', () => {
    const [, { Properties }] = only('AWS::SNS::Topic')
    expect(Properties.TopicName).toBe(batch.names.operationsTopic)
    expect(Properties.KmsMasterKeyId).toBeDefined()
    expect(only('AWS::SNS::TopicPolicy')[1].Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  test('hear of nights that no Catch sees: stopped, or out of time', () => {
    const [machine] = only('AWS::StepFunctions::StateMachine')
    const [topic] = only('AWS::SNS::Topic')
    expect(ruleFor('ABORTED')).toMatchObject({
      EventPattern: { detail: { stateMachineArn: [{ Ref: machine }], status: ['ABORTED', 'TIMED_OUT'] } },
      Targets: [{ Arn: { Ref: topic } }],
    })
    expect(JSON.stringify(ruleFor('ABORTED').Targets)).toContain('Redrive it')
  })

  test('hear of every night that failed, once more at worst: the chain can fail, and some errors no Catch sees', () => {
    const [topic] = only('AWS::SNS::Topic')
    expect(ruleFor('FAILED').Targets).toMatchObject([{ Arn: { Ref: topic } }])
    expect(JSON.stringify(ruleFor('FAILED').Targets)).toMatch(/second message.*start a new execution/)
  })

  test('hear of a start that was missed, by an alarm that may use topic and key', () => {
    const [queue] = only('AWS::SQS::Queue')
    const [topic] = only('AWS::SNS::Topic')
    expect(only('AWS::CloudWatch::Alarm')[1].Properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [{ Ref: topic }],
    })
    const cloudwatch = { Principal: { Service: 'cloudwatch.amazonaws.com' } }
    expect(only('AWS::SNS::TopicPolicy')[1].Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ ...cloudwatch, Action: 'sns:Publish' }),
    )
    expect(only('AWS::KMS::Key')[1].Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining(cloudwatch),
    )
  })
})
