import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import aslValidator from 'asl-validator'
import { App, Stack } from 'aws-cdk-lib'
import { beforeAll, describe, expect, test } from 'vitest'
import { arnsOf } from '../../infra/arns.ts'
import { addChecks } from '../../infra/checks.ts'
import { configurationOf } from '../../infra/config.ts'
import { replayPermissions } from '../../infra/stream/replay-permissions.ts'
import { addStacks } from '../../infra/synthesize.ts'
import { type Machine, type State, statesOf } from '../../local/executor/definition.ts'
import { REPLAY_HANDLERS } from '../../workflows/handlers.ts'
import { violations } from './asl-rules.ts'
import { type Answers, NamedError, runNightly } from './run-nightly.ts'
import { synthesized } from './synthesized.ts'
import { usedActions } from './used-actions.ts'

let stream: ReturnType<typeof synthesized>
let machine: Machine
beforeAll(() => {
  stream = synthesized('dev', 'StreamStack')
  machine = stream.machines[stream.names.replay] as Machine
})
const states = () => Object.fromEntries(statesOf(machine)) as Record<string, State>

describe('the definition of replay', () => {
  test('is valid ASL that keeps to what all executors share', () => {
    const { errorsText } = aslValidator(machine, { checkPaths: true, checkArn: true })
    expect(errorsText()).toBe('')
    expect(violations(machine)).toEqual([])
  })

  test('has the states that operators and the embedded platform know', () => {
    expect(Object.keys(states())).toEqual([
      'StartReplay',
      'SendEvents',
      'All sent?',
      'RecordReplay',
      'NotifyReplay',
      'ReplayDone',
    ])
  })

  test('leaves a failure at its state, where a redrive goes on, and retries only what passes by itself', () => {
    const all = Object.values(states())
    expect(all.filter(({ Type, Catch }) => Type === 'Fail' || Catch)).toEqual([])
    const retried = all.flatMap(({ Retry = [] }) => Retry as { ErrorEquals: string[] }[])
    const errors = new Set(retried.flatMap(({ ErrorEquals }) => ErrorEquals))
    for (const error of ['States.ALL', 'States.TaskFailed', 'InvalidInputError', 'UnreadableObjectError'])
      expect(errors).not.toContain(error)
    expect(errors).toContain('StreamThrottledError')
  })

  test('has room in its history for as long as it may run', () => {
    // A call of the function takes its round at least; each is seven events, and what is tried again a few more.
    const rounds = (machine.TimeoutSeconds ?? 0) / roundSeconds()
    expect(rounds * 7).toBeLessThan(25_000 / 2)
  })

  test('begins with a function that is given the execution, under a run of its own', () => {
    expect(states()[machine.StartAt]?.Parameters).toEqual({
      'execution.$': '$$.Execution.Id',
      'run.$': "States.Format('replay-{}', $$.Execution.Name)",
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$',
    })
  })
})

const functionNamed = (handler: string) =>
  stream
    .ofType('AWS::Lambda::Function')
    .find(([, { Properties }]) => Properties.FunctionName === stream.names.lambda(handler))?.[1].Properties
const roundSeconds = () => Number(functionNamed('send-events').Environment.Variables.REPLAY_ROUND_SECONDS)

describe('the functions of replay', () => {
  test('are there, and are those that the machine calls', () => {
    const called = Object.values(states()).flatMap(({ Resource = '' }) =>
      Resource.includes(':lambda:') ? [Resource.split(':').at(-1)] : [],
    )
    expect(called.sort()).toEqual(REPLAY_HANDLERS.map((handler) => stream.names.lambda(handler)).sort())
    for (const handler of REPLAY_HANDLERS) expect(functionNamed(handler)).toBeDefined()
  })

  test('have minutes left behind a round, for what the stream does not take at once', () => {
    expect(functionNamed('send-events').Timeout - roundSeconds()).toBeGreaterThanOrEqual(180)
    expect(states().SendEvents?.TimeoutSeconds).toBeGreaterThan(functionNamed('send-events').Timeout)
  })

  test('know the deployment as those of the batch side do, and the second copy', () => {
    const { names } = stream
    const { environment } = stream.functions[names.lambda('send-events')] ?? {}
    const other = synthesized().functions[names.lambda('start-night')]?.environment ?? {}
    expect(environment).toMatchObject({ BACKUP_BUCKET: names.backupBucket })
    for (const [name, value] of Object.entries(environment ?? {}))
      if (name in other) expect([name, value]).toEqual([name, other[name]])
  })

  describe.each(REPLAY_HANDLERS)('%s', (handler) => {
    const permissions = () =>
      replayPermissions(arnsOf(new Stack(new App(), 'Any'), stream.names), stream.names)
    const allowed = () => new Set(permissions()[handler].flatMap(({ actions }) => actions))
    const used = () => usedActions(path.resolve(import.meta.dirname, `../../lambdas/${handler}/handler.ts`))

    test('may do every call that the code makes, and no other', () => {
      const onBehalf = new Set(['s3:AbortMultipartUpload', 's3:ListBucket'])
      expect([...used()].filter((action) => !allowed().has(action))).toEqual([])
      expect([...allowed()].filter((action) => !used().has(action) && !onBehalf.has(action))).toEqual([])
    })
  })

  test('write to stream 1 and to the control documents, and read nothing of the raw zone but the stream’s', () => {
    const permissions = replayPermissions(arnsOf(new Stack(new App(), 'Any'), stream.names), stream.names)
    const resources = (action: string) =>
      permissions['send-events']
        .filter(({ actions }) => actions.includes(action))
        .flatMap((one) => one.resources)
        .map((resource) => resource.split(':').at(-1))
    const { lakeBucket, rawBucket, backupBucket, eventStream } = stream.names
    expect(resources('kinesis:PutRecords')).toEqual([`stream/${eventStream}`])
    expect(resources('s3:PutObject')).toEqual([`${lakeBucket}/control/*`])
    expect(resources('s3:GetObject')).toEqual([
      `${lakeBucket}/control/*`,
      `${rawBucket}/ecomm_user_activity_stream/*`,
      `${backupBucket}/ecomm_user_activity_stream/*`,
    ])
  })
})

test('the machine may use the key of the operators’ topic, which the other stack has', () => {
  const policies = stream
    .ofType('AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('ReplayMachineStateMachineRole'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
  expect(policies).toContainEqual({
    Action: expect.arrayContaining(['kms:GenerateDataKey', 'kms:Decrypt']),
    Effect: 'Allow',
    Resource: expect.anything(),
    Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${stream.names.workgroup}` } },
  })
  const aliases = synthesized().ofType('AWS::KMS::Alias')
  expect(aliases.map(([, { Properties }]) => Properties.AliasName)).toEqual([
    `alias/${stream.names.workgroup}`,
  ])
})

describe('an execution', () => {
  const replay = { run: 'replay-a', execution: 'arn:a', startedAt: '' }
  const run = (answers: Answers = {}) =>
    runNightly(machine, {
      StartReplay: () => replay,
      SendEvents: () => ({ isDone: true, sent: 7 }),
      RecordReplay: () => ({ subject: 's', message: 'm' }),
      ...answers,
    })

  test('sends, records and tells', async () => {
    const { visited, given, error } = await run()
    expect(error).toBeUndefined()
    expect(visited).toEqual(Object.keys(states()))
    expect(given.map(([, input]) => input).slice(1)).toMatchObject([
      { run: 'replay-a', execution: 'arn:a' },
      replay,
      { Subject: 's', Message: 'm' },
    ])
  })

  test('calls the function until all is sent, and what it hands on does not grow', async () => {
    let calls = 0
    const { visited, given } = await run({ SendEvents: () => ({ isDone: ++calls === 40, sent: 1 }) })
    expect(visited.filter((name) => name === 'SendEvents')).toHaveLength(40)
    const inputs = given.filter(([name]) => name === 'SendEvents').map(([, input]) => input)
    expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(1)
  })

  test('waits for a stream that has no room', async () => {
    let calls = 0
    const { error } = await run({
      SendEvents: () => {
        calls += 1
        if (calls < 3) throw new NamedError('StreamThrottledError')
        return { isDone: true, sent: 1 }
      },
    })
    expect(error).toBeUndefined()
  })

  test('fails where an object can’t be read, and says no more', async () => {
    const { error, visited } = await run({
      SendEvents: () => {
        throw new NamedError('UnreadableObjectError', 'damaged')
      },
    })
    expect(error).toEqual({ name: 'UnreadableObjectError', cause: 'damaged' })
    expect(visited.at(-1)).toBe('SendEvents')
  })
})

test('cdk-nag finds nothing in the stack of the real-time side', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'replay-checks-'))
  const exitCode = process.exitCode
  try {
    const CDK_JSON = path.resolve(import.meta.dirname, '../../cdk.json')
    const app = new App({
      outdir,
      context: { ...JSON.parse(readFileSync(CDK_JSON, 'utf8')).context, 'aws:cdk:bundling-stacks': [] },
    })
    addChecks(app)
    // Any file can stand for the Flink application.
    addStacks(app, 'prod', configurationOf('prod', {}), CDK_JSON)
    try {
      app.synth()
    } catch {
      // Findings: the report has them.
    }
    const { pluginReports } = JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8'))
    const found = pluginReports
      .flatMap(({ violations }: { violations: object[] }) => violations)
      .map((violation: object) => JSON.stringify(violation))
      .filter((text: string) => text.includes('StreamStack'))
    expect(found).toEqual([])
  } finally {
    process.exitCode = exitCode
    rmSync(outdir, { recursive: true, force: true })
  }
})
