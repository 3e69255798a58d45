import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { tableInput } from './table-input.ts'

export interface DynamoDbOptions {
  /** Keeps the tables; in memory without it. */
  readonly folder?: string
  readonly region: string
  /** Properties of the tables that have to be there, as their template has them. */
  readonly tables: readonly unknown[]
}

export interface DynamoDb extends AsyncDisposable {
  /** Where it answers, on this machine only. */
  readonly endpoint: string
}

/** DynamoDB on this machine: dynalite, with the tables that a template asks for. One process at a time can have a folder. */
export async function openDynamoDb({ folder, region, tables }: DynamoDbOptions): Promise<DynamoDb> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(folder !== undefined && { path: folder }),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>((done, failed) => server.close((error) => (error ? failed(error) : done())))
  }
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  try {
    for (const table of tables)
      await client.send(new CreateTableCommand(tableInput(table))).catch((error) => {
        if (!(error instanceof ResourceInUseException)) throw error
      })
  } catch (error) {
    await close()
    throw error
  } finally {
    client.destroy()
  }
  return { endpoint, [Symbol.asyncDispose]: close }
}
