import { AthenaClient } from '@aws-sdk/client-athena'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns'
import { vi } from 'vitest'
import type { MachineKind } from '../../../../catalog/layout.ts'
import { namesOf } from '../../../../catalog/names.ts'
import { FakeAthena } from './fake-athena.ts'
import { FakeGlue } from './fake-glue.ts'
import { FakeS3 } from './fake-s3.ts'

export const names = namesOf({ environment: 'dev', region: 'us-east-1' })
export const RAW_BUCKET = names.rawBucket
export const LAKE_BUCKET = names.lakeBucket
export const STATE_MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:ecomm-nightly-dev'
/** Of run r1. */
export const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:ecomm-nightly-dev:r1'
export const TOPIC = 'arn:aws:sns:us-east-1:111122223333:ecomm-lakehouse-operations-dev'

const ENVIRONMENT = {
  ENVIRONMENT: 'dev',
  AWS_REGION: 'us-east-1',
  RAW_BUCKET,
  LAKE_BUCKET,
  RAW_DATABASE: names.rawDatabase,
  LAKE_DATABASE: names.lakeDatabase,
  VIEW_DATABASE: names.viewDatabase,
  WORKGROUP: names.workgroup,
  STATE_MACHINE_ARN: STATE_MACHINE,
  OPERATIONS_TOPIC_ARN: TOPIC,
  SQL_DIALECT: 'athena',
}

export interface FakeAws {
  readonly s3: FakeS3
  readonly glue: FakeGlue
  readonly athena: FakeAthena
  /** Executions, a page each; they run, but for those with another status. */
  readonly executions: ExecutionListItem[]
  /** What is known of executions by their ARN; one that is not here has begun this moment. */
  readonly described: Map<string, Partial<DescribeExecutionOutput>>
  /** Of every execution, in the order in which it happened. */
  readonly history: HistoryEvent[]
  /** What was published to topics. */
  readonly messages: PublishCommandInput[]
}

/** Executions are the night's, but for those whose ARN says otherwise. */
const machineOf = (arn: string): string => /:execution:([^:]+):/.exec(arn)?.[1] ?? names.nightly

/** The ARN of an execution of a machine of the lake. */
export const executionArn = (machine: MachineKind, name: string): string =>
  `arn:aws:states:us-east-1:111122223333:execution:${names[machine]}:${name}`

/** Answers every SDK client in memory, and sets the environment that the functions are deployed with. */
export function fakeAws(): FakeAws {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
  const fake: FakeAws = {
    s3: new FakeS3(),
    glue: new FakeGlue(),
    athena: new FakeAthena(),
    executions: [],
    described: new Map(),
    history: [],
    messages: [],
  }
  const answer = (client: { prototype: object }, send: (command: unknown) => Promise<unknown>) =>
    vi.spyOn(client.prototype as { send: typeof send }, 'send').mockImplementation(send)
  answer(S3Client, (command) => fake.s3.send(command))
  answer(GlueClient, (command) => fake.glue.send(command))
  answer(AthenaClient, (command) => fake.athena.send(command))
  answer(SNSClient, async (command) => {
    if (!(command instanceof PublishCommand)) throw new Error('FakeAws does not know this command')
    fake.messages.push(command.input)
    return { MessageId: `${fake.messages.length}` }
  })
  answer(SFNClient, async (command) => {
    if (command instanceof GetExecutionHistoryCommand) {
      const { reverseOrder } = command.input
      if (reverseOrder && fake.history.length === 0) throw new Error('no history')
      return { events: reverseOrder ? fake.history.toReversed() : fake.history }
    }
    if (command instanceof DescribeExecutionCommand) {
      const { executionArn = '' } = command.input
      const begun = { startDate: new Date(), input: '{}', redriveCount: 0 }
      return { executionArn, ...begun, ...fake.described.get(executionArn) }
    }
    if (!(command instanceof ListExecutionsCommand)) throw new Error('FakeAws does not know this command')
    const { stateMachineArn = '', statusFilter, nextToken } = command.input
    const listed = fake.executions.filter(
      ({ executionArn = '', status = 'RUNNING' }) =>
        status === statusFilter && machineOf(executionArn) === stateMachineArn.split(':').at(-1),
    )
    const page = Number(nextToken ?? 0)
    const next = page + 1 < listed.length ? `${page + 1}` : undefined
    return { executions: listed.slice(page, page + 1), nextToken: next }
  })
  return fake
}
