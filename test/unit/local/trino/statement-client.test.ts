import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { statementPages, statementRows } from '../../../../local/trino/statement-client.ts'
import { until } from '../temporary-platform.ts'

type Reply = (base: string) => string | { readonly status: number }

/** A server that gives these answers one after the other, and remembers what it was asked. */
async function fakeTrino(...replies: Reply[]) {
  const asked: IncomingMessage[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    asked.push(request)
    const { port } = server.address() as AddressInfo
    if (request.method === 'DELETE') return response.writeHead(204).end()
    const reply = replies.shift()?.(`http://127.0.0.1:${port}`)
    // An answer that never comes: a query that runs.
    if (reply === undefined) return undefined
    return typeof reply === 'string' ? response.end(reply) : response.writeHead(reply.status).end('busy')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const COLUMNS = '"columns":[{"name":"a","type":"bigint"}]'
const page =
  (data: string, next?: string): Reply =>
  (base) =>
    `{${COLUMNS},"data":${data}${next ? `,"nextUri":"${base}/${next}"` : ''},"stats":{"physicalInputBytes":7}}`
const failure =
  (errorName: string): Reply =>
  () =>
    `{"error":{"message":"no luck","errorName":"${errorName}"}}`

test('pages come one after the other, every digit kept', async () => {
  const { server, asked } = await fakeTrino(
    page('[[2053013555631882655],[null]]', 'next'),
    page('[["x"],[1.0E-5],[true],[[1,9007199254740993]]]'),
  )
  const request = { server, sql: 'select a', database: 'ecommerce', session: { 'c.codec': 'A B' } }
  expect(await statementRows(request)).toEqual([
    ['2053013555631882655'],
    [null],
    ['x'],
    ['1.0E-5'],
    [true],
    [['1', '9007199254740993']],
  ])
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /v1/statement', 'GET /next'])
  expect(asked[0]?.headers).toMatchObject({
    'x-trino-catalog': 'awsdatacatalog',
    'x-trino-schema': 'ecommerce',
    'x-trino-session': 'c.codec=A%20B',
    'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
  })
})

test('a page tells the columns and the bytes that were read', async () => {
  const { server } = await fakeTrino(page('[]'))
  for await (const { columns, bytes } of statementPages({ server, sql: 'select a' }))
    expect({ columns, bytes }).toEqual({ columns: [{ name: 'a', type: 'bigint' }], bytes: 7 })
})

test('an error has its name in front', async () => {
  const { server } = await fakeTrino(failure('COLUMN_NOT_FOUND'))
  await expect(statementRows({ server, sql: 'select b' })).rejects.toThrow('COLUMN_NOT_FOUND: no luck')
})

test('a server that is not ready yet is asked again, others are not', async () => {
  const { server, asked } = await fakeTrino(
    () => ({ status: 503 }),
    failure('NO_NODES_AVAILABLE'),
    page('[[1]]'),
  )
  expect(await statementRows({ server, sql: 'select a' })).toEqual([['1']])
  expect(asked).toHaveLength(3)
  const broken = await fakeTrino(() => ({ status: 404 }))
  await expect(statementRows({ server: broken.server, sql: 'select a' })).rejects.toThrow(/answers 404: busy/)
})

test('an aborted statement is cancelled, and so is one that nobody reads on', async () => {
  const { server, asked } = await fakeTrino(page('[[1]]', 'more'))
  const controller = new AbortController()
  const rows = statementRows({ server, sql: 'select a', signal: controller.signal })
  await until(async () => asked[1])
  controller.abort()
  await expect(rows).rejects.toThrow(/abort/)
  expect(asked.at(-1)).toMatchObject({ method: 'DELETE', url: '/more' })

  const other = await fakeTrino(page('[[1]]', 'more'))
  for await (const { rows } of statementPages({ server: other.server, sql: 'select a' }))
    if (rows.length > 0) break
  expect(other.asked.at(-1)?.method).toBe('DELETE')
})
