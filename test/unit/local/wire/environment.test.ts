import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { wireEnvironment } from '../../../../local/wire/environment.ts'
import { openPlatform, temporaryFolder } from '../temporary-platform.ts'

/** What a user's shell may hold, each of which led a client elsewhere or made it fail. */
const HOSTILE = {
  AWS_PROFILE: 'work',
  AWS_DEFAULT_PROFILE: 'work',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_ACCOUNT_ID: '111122223333',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
  AWS_DEFAULTS_MODE: 'auto',
  AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://credentials.invalid/',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/credentials',
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token',
  AWS_CREDENTIAL_EXPIRATION: '2019-10-01T00:00:00Z',
  AWS_CREDENTIAL_SCOPE: 'elsewhere',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
  AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/someone',
  AWS_ROLE_SESSION_NAME: 'someone',
  AWS_ENDPOINT_URL: 'https://aws.invalid',
  AWS_ENDPOINT_URL_GLUE: 'https://glue.invalid',
  AWS_ENDPOINT_URL_LAMBDA: 'https://lambda.invalid',
  AWS_ACCESS_KEY_ID: 'theirs',
  AWS_SECRET_ACCESS_KEY: 'theirs',
  AWS_SESSION_TOKEN: 'theirs',
  AWS_REGION: 'eu-central-1',
}

/** A home whose profile leads elsewhere, too. */
const hostileHome = (): Record<string, string> => {
  const HOME = temporaryFolder()
  mkdirSync(join(HOME, '.aws'))
  writeFileSync(
    join(HOME, '.aws', 'config'),
    '[default]\nendpoint_url = https://aws.invalid\n[profile work]\nendpoint_url = https://aws.invalid\n',
  )
  writeFileSync(
    join(HOME, '.aws', 'credentials'),
    '[work]\naws_access_key_id = theirs\naws_secret_access_key = theirs\n',
  )
  return { ...HOSTILE, HOME, AWS_CONFIG_FILE: join(HOME, '.aws', 'config') }
}

const run = async (environment: Record<string, string>, script: string): Promise<unknown> => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: join(import.meta.dirname, '../../../..'), env: { PATH: process.env.PATH, ...environment } },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

/** A platform that is opened in a shell with these variables, and the environment of a process beside it. */
const openIn = async (shell: Record<string, string>): Promise<Record<string, string>> => {
  for (const [name, value] of Object.entries(shell)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { environment } = await openPlatform()
  return { ...shell, ...environment }
}

const EMULATED = `
  import { GlueClient, GetDatabasesCommand } from '@aws-sdk/client-glue'
  import { S3Client, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
  import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena'
  const { DatabaseList } = await new GlueClient().send(new GetDatabasesCommand({}))
  const Bucket = 'ecommerce-lake-us-east-1-dev'
  const s3 = new S3Client({ forcePathStyle: true })
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' }))
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket }))
  const { WorkGroups } = await new AthenaClient().send(new ListWorkGroupsCommand({}))
  console.log(JSON.stringify([DatabaseList.map(({ Name }) => Name).sort(), KeyCount, WorkGroups.length]))`

const NOT_EMULATED = `
  import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
  const client = new LambdaClient({ maxAttempts: 1 })
  await client.send(new ListFunctionsCommand({})).catch(({ code, address, port, message }) =>
    console.log(JSON.stringify(code ? { code, address, port } : message)))`

const shells = [
  ['without any configuration', () => ({})],
  ['whatever variables and files their user has', hostileHome],
] as const

test.each(shells)('SDK clients reach the platform, %s', async (_, shell) => {
  const databases = ['db-ecommerce-raw', 'ecommerce', 'ecommerce_lake']
  expect(await run(await openIn(shell()), EMULATED)).toEqual([databases, 1, 3])
})

test.each(shells)('a call to any other service ends on this machine, %s', async (_, shell) => {
  const refused = { code: 'ECONNREFUSED', address: '127.0.0.1', port: 9 }
  expect(await run(await openIn(shell()), NOT_EMULATED)).toEqual(refused)
})

test('no value of a user’s variables is handed on', () => {
  const environment = wireEnvironment('http://127.0.0.1:1', 'us-east-1', '/lake', HOSTILE)
  for (const [name, value] of Object.entries(HOSTILE)) expect(environment[name], name).not.toBe(value)
})

test('a profile is emptied only where there is one: boto3 takes an empty name for a name', () => {
  expect(wireEnvironment('', '', '', {})).not.toHaveProperty('AWS_PROFILE')
  expect(wireEnvironment('', '', '', { AWS_PROFILE: 'work' }).AWS_PROFILE).toBe('')
})
