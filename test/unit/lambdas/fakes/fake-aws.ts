import { AthenaClient } from '@aws-sdk/client-athena'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import { type ExecutionListItem, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { vi } from 'vitest'
import { namesOf } from '../../../../catalog/names.ts'
import { FakeAthena } from './fake-athena.ts'
import { FakeGlue } from './fake-glue.ts'
import { FakeS3 } from './fake-s3.ts'

export const names = namesOf({ environment: 'dev', region: 'us-east-1' })
export const RAW_BUCKET = names.rawBucket
export const LAKE_BUCKET = names.lakeBucket
export const STATE_MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:ecomm-nightly-dev'

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
  SQL_DIALECT: 'athena',
}

export interface FakeAws {
  readonly s3: FakeS3
  readonly glue: FakeGlue
  readonly athena: FakeAthena
  /** Running executions, a page each. */
  readonly executions: ExecutionListItem[]
}

/** Answers every SDK client in memory, and sets the environment that the functions are deployed with. */
export function fakeAws(): FakeAws {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
  const fake: FakeAws = { s3: new FakeS3(), glue: new FakeGlue(), athena: new FakeAthena(), executions: [] }
  const answer = (client: { prototype: object }, send: (command: unknown) => Promise<unknown>) =>
    vi.spyOn(client.prototype as { send: typeof send }, 'send').mockImplementation(send)
  answer(S3Client, (command) => fake.s3.send(command))
  answer(GlueClient, (command) => fake.glue.send(command))
  answer(AthenaClient, (command) => fake.athena.send(command))
  answer(SFNClient, async (command) => {
    if (!(command instanceof ListExecutionsCommand)) throw new Error('FakeAws does not know this command')
    const page = Number(command.input.nextToken ?? 0)
    const next = page + 1 < fake.executions.length ? `${page + 1}` : undefined
    return { executions: fake.executions.slice(page, page + 1), nextToken: next }
  })
  return fake
}
