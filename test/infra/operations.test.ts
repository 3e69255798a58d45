import { beforeAll, describe, expect, test } from 'vitest'
import { statesOf } from '../../local/executor/definition.ts'
import { batchMachinesOf, machinesOf } from '../../workflows/machines.ts'
import { ACCOUNT, synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized('prod')
})
const only = (type: string) => {
  const found = batch.ofType(type)
  expect(found).toHaveLength(1)
  return found[0] ?? ['', { Type: type, Properties: {} }]
}

const queueNamed = (name: string) =>
  batch.ofType('AWS::SQS::Queue').find(([, { Properties }]) => Properties.QueueName === name)?.[0] ?? ''

test('every dead-letter queue is encrypted, wants TLS and keeps what it has for two weeks', () => {
  const queues = batch.ofType('AWS::SQS::Queue')
  expect(queues.length).toBeGreaterThanOrEqual(2)
  for (const [queue, { Properties }] of queues) {
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 })
    const policies = batch
      .ofType('AWS::SQS::QueuePolicy')
      .filter(([, policy]) => JSON.stringify(policy.Properties.Queues).includes(queue))
    expect(policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  }
})

const scheduleOf = (machine: string) =>
  batch.ofType('AWS::Scheduler::Schedule').find(([, { Properties }]) => Properties.Name === machine)?.[1]
    .Properties
const machineNamed = (name: string) =>
  batch
    .ofType('AWS::StepFunctions::StateMachine')
    .find(([, { Properties }]) => Properties.StateMachineName === name)?.[0] ?? ''

describe('the schedules', () => {
  test('start the vacuum once a week', () => {
    expect(scheduleOf(batch.names.vacuum)).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 6 ? * SUN *)',
      GroupName: scheduleOf(batch.names.nightly).GroupName,
    })
  })

  test('start the night at a local time, within a window', () => {
    expect(scheduleOf(batch.names.nightly)).toMatchObject({
      Name: batch.names.nightly,
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { Input: '{"startedBy":"schedule"}', RetryPolicy: { MaximumRetryAttempts: 5 } },
    })
  })

  test('are off in dev, where nobody waits for the data', () => {
    const dev = synthesized('dev').ofType('AWS::Scheduler::Schedule')
    expect(dev.map(([, { Properties }]) => Properties.State)).toEqual(['DISABLED', 'DISABLED'])
  })

  test.each([
    ['nightly', 'nightlyDeadLetters'],
    ['vacuum', 'vacuumDeadLetters'],
  ] as const)('put a start of %s that failed into a queue of its own', (machine, queue) => {
    expect(scheduleOf(batch.names[machine]).Target.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [queueNamed(batch.names[queue]), 'Arn'] },
    })
  })

  test('may start their state machines and nothing else', () => {
    const started = batch
      .ofType('AWS::IAM::Policy')
      .filter(([policy]) => policy.startsWith('Scheduler'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) =>
        [Action].flat().includes('states:StartExecution'),
      )
    expect(started.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual(
      [batch.names.nightly, batch.names.vacuum].map((name) => ({ Ref: machineNamed(name) })),
    )
  })
})

describe('the state machines', () => {
  test('are those of the batch side, of whose ends operators hear', () => {
    const found = batch.ofType('AWS::StepFunctions::StateMachine')
    expect(found.map(([, { Properties }]) => Properties.StateMachineName).sort()).toEqual(
      [...batchMachinesOf(batch.names)].sort(),
    )
  })

  test('are standard workflows, traced, that log everything', () => {
    for (const [, { Properties }] of batch.ofType('AWS::StepFunctions::StateMachine'))
      expect(Properties).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      })
  })
})

describe('the operators', () => {
  test('have an encrypted topic that wants TLS', () => {
    const [, { Properties }] = only('AWS::SNS::Topic')
    expect(Properties.TopicName).toBe(batch.names.operationsTopic)
    expect(Properties.KmsMasterKeyId).toBeDefined()
    expect(only('AWS::SNS::TopicPolicy')[1].Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  test.each([
    ['nightlyDeadLetters', /could not start a night/],
    ['vacuumDeadLetters', /could not start a vacuum/],
    ['endsDeadLetters', /could not tell of it/],
  ] as const)('hear of what lies in %s, by an alarm that may use topic and key', (name, description) => {
    const [topic] = only('AWS::SNS::Topic')
    const queue = queueNamed(batch.names[name])
    const alarms = batch
      .ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => JSON.stringify(Properties.Dimensions).includes(`"${queue}"`))
    expect(alarms).toHaveLength(1)
    expect(alarms[0]?.[1].Properties).toMatchObject({
      AlarmDescription: expect.stringMatching(description),
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

describe('an execution that ended badly', () => {
  const recorder = () => {
    const name = batch.names.lambda('record-failure')
    const found = batch
      .ofType('AWS::Lambda::Function')
      .find(([, { Properties }]) => Properties.FunctionName === name)
    return found ?? ['', { Type: '', Properties: {} }]
  }
  const deadLetters = () => ({ 'Fn::GetAtt': [queueNamed(batch.names.endsDeadLetters), 'Arn'] })

  test('of any of our state machines, those of the other stack too, is handed to record-failure, however it ended', () => {
    expect(batch.rules).toHaveLength(1)
    const { pattern = {}, targets } = batch.rules[0] ?? {}
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    })
    const { region, account } = ACCOUNT
    const machines = [batch, synthesized('prod', 'StreamStack')]
      .flatMap((stack) => stack.ofType('AWS::StepFunctions::StateMachine'))
      .map(
        ([, { Properties }]) =>
          `arn:aws:states:${region}:${account}:stateMachine:${Properties.StateMachineName}`,
      )
    expect(machines).toHaveLength(machinesOf(batch.names).length)
    const { stateMachineArn } = pattern.detail as { stateMachineArn: string[] }
    expect([...stateMachineArn].sort()).toEqual(machines.sort())
    expect(targets).toEqual([
      `arn:aws:lambda:${region}:${account}:function:${batch.names.lambda('record-failure')}`,
    ])
  })

  test('can be redriven: none of our state machines ends in a Fail state, which would only fail again', () => {
    expect(Object.keys(batch.machines)).toEqual(
      expect.arrayContaining([batch.names.nightly, batch.names.backfill, batch.names.rollback]),
    )
    for (const [name, machine] of Object.entries(batch.machines))
      expect(
        [...statesOf(machine)].filter(([, { Type }]) => Type === 'Fail'),
        name,
      ).toEqual([])
  })

  test('comes again for two hours, and lies in the dead-letter queue after that', () => {
    expect(only('AWS::Events::Rule')[1].Properties.Targets).toMatchObject([
      {
        DeadLetterConfig: { Arn: deadLetters() },
        RetryPolicy: { MaximumEventAgeInSeconds: 7200, MaximumRetryAttempts: 20 },
      },
    ])
    const [name] = recorder()
    const config = batch
      .ofType('AWS::Lambda::EventInvokeConfig')
      .filter(([, { Properties }]) => Properties.FunctionName.Ref === name)
    expect(config[0]?.[1].Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: deadLetters() } },
    })
  })

  test('may be handed over by that rule alone', () => {
    const [rule] = only('AWS::Events::Rule')
    const invokers = batch
      .ofType('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => JSON.stringify(Properties.FunctionName).includes(recorder()[0]))
    expect(invokers.map(([, { Properties }]) => Properties)).toMatchObject([
      { Principal: 'events.amazonaws.com', SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] } },
    ])
  })

  test('is told with the key of the topic, and looked up in the history of our executions alone', () => {
    const role = recorder()[1].Properties.Role['Fn::GetAtt'][0]
    const statements = batch
      .ofType('AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    const of = (action: string) =>
      statements.filter(({ Action }: { Action: string | string[] }) => [Action].flat().includes(action))
    expect(of('kms:GenerateDataKey').map(({ Resource }) => Resource)).toEqual([
      { 'Fn::GetAtt': [only('AWS::KMS::Key')[0], 'Arn'] },
    ])
    expect(of('sns:Publish')).toHaveLength(1)
    expect(JSON.stringify(of('states:GetExecutionHistory')[0].Resource)).toContain(
      `:execution:${batch.names.nightly}:*`,
    )
    expect(of('sqs:SendMessage').map(({ Resource }) => Resource)).toEqual([deadLetters()])
  })
})
