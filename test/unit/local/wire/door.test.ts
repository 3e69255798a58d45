import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { AthenaClient, ListPreparedStatementsCommand } from '@aws-sdk/client-athena'
import { DataBrewClient, ListProjectsCommand } from '@aws-sdk/client-databrew'
import { GetTableCommand, GetTriggersCommand, GlueClient } from '@aws-sdk/client-glue'
import { ListDashboardsCommand, QuickSightClient } from '@aws-sdk/client-quicksight'
import { ListActivitiesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { ListPlatformApplicationsCommand, SNSClient } from '@aws-sdk/client-sns'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AwsError, Registry } from '../../../../local/registry.ts'
import { ObjectStore } from '../../../../local/s3/object-store.ts'
import { WireDoor } from '../../../../local/wire/door.ts'
import { clientConfig, openPlatform, temporaryFolder } from '../temporary-platform.ts'

const get = (endpoint: string, headers: Record<string, string>, method = 'GET', body = '') =>
  new Promise<{ status: number; text: string }>((done, fail) => {
    const sent = request(endpoint, { method, headers }, (response) => {
      let text = ''
      response
        .on('data', (chunk) => (text += chunk))
        .on('end', () => done({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', fail).end(body)
  })

test('only requests for this machine are answered: no foreign host, no page in a browser', async () => {
  const { endpoint } = await openPlatform()
  const { port } = new URL(endpoint)
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    expect((await get(endpoint, { host: `${host}:${port}` })).status).toBe(200)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
    `127.0.0.1.nip.io:${port}`,
  ])
    expect((await get(endpoint, { host })).status).toBe(403)
  expect((await get(endpoint, { origin: 'http://evil.example' }, 'POST')).status).toBe(403)
})

test('it listens on the loopback address alone', async () => {
  expect((await openPlatform()).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

const unknownActions = [
  ['glue:getTriggers', GlueClient, new GetTriggersCommand({})],
  ['athena:listPreparedStatements', AthenaClient, new ListPreparedStatementsCommand({ WorkGroup: 'x' })],
  ['states:listActivities', SFNClient, new ListActivitiesCommand({})],
  ['sns:listPlatformApplications', SNSClient, new ListPlatformApplicationsCommand({})],
  ['databrew: GET /projects', DataBrewClient, new ListProjectsCommand({})],
  [
    'quicksight: GET /accounts/0/dashboards',
    QuickSightClient,
    new ListDashboardsCommand({ AwsAccountId: '0' }),
  ],
] as const

test.each(unknownActions)('%s is not emulated, and the client reads so', async (name, Client, command) => {
  const platform = await openPlatform()
  const client = new Client(clientConfig(platform)) as {
    send(command: unknown): Promise<unknown>
    destroy(): void
  }
  await expect(client.send(command)).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining(name),
    $metadata: { httpStatusCode: 501 },
  })
  client.destroy()
})

test('an error keeps the name and the class that the SDK gives it', async () => {
  const platform = await openPlatform()
  const glue = new GlueClient(clientConfig(platform))
  const failure = glue.send(new GetTableCommand({ DatabaseName: 'ecommerce_lake', Name: 'none' }))
  await expect(failure).rejects.toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Entity Not Found: Table ecommerce_lake.none not found.',
  })
  glue.destroy()
})

test('a body that is no JSON, or too long, is refused', async () => {
  const { endpoint } = await openPlatform()
  const headers = { 'x-amz-target': 'AWSGlue.GetTable', 'content-type': 'application/x-amz-json-1.1' }
  expect((await get(endpoint, headers, 'POST', '{')).text).toContain('SerializationException')
  expect(
    (
      await get(endpoint, headers, 'POST', `"${'x'.repeat(17 * 2 ** 20)}"`).catch(() => ({
        text: 'RequestEntityTooLarge',
      }))
    ).text,
  ).toContain('RequestEntityTooLarge')
  const unknown = await get(endpoint, { 'x-amz-target': 'Unknown_20120810.GetItem' }, 'POST', '{}')
  expect(unknown).toMatchObject({ status: 501, text: expect.stringContaining('Unknown_20120810:getItem') })
})

test.each([
  [
    'iam',
    'application/x-www-form-urlencoded',
    'Action=ListRoles',
    '<Code>NotImplemented</Code><Message>iam:listRoles',
  ],
  ['cloudwatch', 'application/cbor', '\u0001', 'cloudwatch: POST / is not emulated'],
  ['scheduler', 'application/json', 'no JSON', 'scheduler: POST / is not emulated'],
])('a service that is not there is named in its own protocol: %s', async (service, type, body, expected) => {
  const { endpoint } = await openPlatform()
  const authorization = `AWS4-HMAC-SHA256 Credential=x/20191001/us-east-1/${service}/aws4_request`
  const answer = await get(endpoint, { authorization, 'content-type': type }, 'POST', body)
  expect(answer).toMatchObject({ status: 501, text: expect.stringContaining(expected) })
})

test('a presigned URL names its service too', async () => {
  const { endpoint } = await openPlatform()
  const path = '/?X-Amz-Credential=local%2F20191001%2Fus-east-1%2Flambda%2Faws4_request'
  expect((await get(`${endpoint}${path}`, {})).text).toContain('lambda:')
})

/** A request line that no client would send. */
const raw = async (endpoint: string, line: string, ...headers: string[]): Promise<string> => {
  const { host, port } = new URL(endpoint)
  const socket = connect(Number(port), '127.0.0.1')
  socket.end([line, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n'))
  return await text(socket)
}

const FOR_DATABREW = 'Authorization: AWS4-HMAC-SHA256 Credential=x/20191001/us-east-1/databrew/aws4_request'

test.each([
  ['GET // HTTP/1.1', ''],
  ['GET ///x HTTP/1.1', ''],
  ['GET //x:99999999/ HTTP/1.1', ''],
  ['GET http://[ HTTP/1.1', ''],
  ['GET * HTTP/1.1', ''],
  ['GET /%zz/a HTTP/1.1', ''],
  ['GET /datasets/%zz HTTP/1.1', FOR_DATABREW],
])('a target that is none is a bad request: %s', async (line, header) => {
  const { endpoint } = await openPlatform()
  expect(await raw(endpoint, line, ...(header ? [header] : []))).toMatch(/^HTTP\/1\.1 400 /)
})

test('whatever is thrown ends the connection at worst, and the door goes on', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  const registry = new Registry()
  const objects = new ObjectStore(temporaryFolder())
  vi.spyOn(objects, 'open').mockRejectedValue(null)
  // A code that no header can carry: the answer itself can't be written.
  vi.spyOn(registry, 'call').mockRejectedValue(
    Object.assign(new AwsError('a\nb', ''), { status: Number.NaN }),
  )
  const door = new WireDoor(registry, objects, 'us-east-1')
  const endpoint = await door.open()
  onTestFinished(() => door.close())
  expect(await raw(endpoint, 'GET /bucket-x/key HTTP/1.1')).toMatch(/^HTTP\/1\.1 500 /)
  expect(await raw(endpoint, 'POST / HTTP/1.1', 'X-Amz-Target: AWSGlue.GetTable')).toBe('')
  expect(await raw(endpoint, 'GET / HTTP/1.1')).toMatch(/^HTTP\/1\.1 200 /)
  expect(unhandled).not.toHaveBeenCalled()
})
