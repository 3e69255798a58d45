import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb'
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

const WORKER = new URL('./dynalite-worker.ts', import.meta.url)

/** dynalite on a thread of its own: whoever works through many alerts has the rules beside him, and two processors. */
async function startDynalite(path: string | undefined): Promise<DynamoDb> {
  const worker = new Worker(WORKER, { workerData: path === undefined ? {} : { path } })
  const ended = once(worker, 'exit')
  // Why it ended is what those say who wait for it.
  ended.catch(() => {})
  const [port] = await Promise.race([
    once(worker, 'message') as Promise<[number]>,
    ended.then(([code]) => {
      throw new Error(`DynamoDB's thread ended with ${code} before it listened`)
    }),
  ])
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      worker.postMessage('close')
      await ended
    },
  }
}

/** Made a moment ago it takes no items yet; one whose maker was killed in that moment never will. */
const ACTIVE_WITHIN_MS = 60_000

async function makeTable(client: DynamoDBClient, input: ReturnType<typeof tableInput>): Promise<void> {
  await client.send(new CreateTableCommand(input)).catch((error) => {
    if (!(error instanceof ResourceInUseException)) throw error
  })
  const until = performance.now() + ACTIVE_WITHIN_MS
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }))
    if (Table?.TableStatus === 'ACTIVE') return
    if (performance.now() > until)
      throw new Error(`Table ${input.TableName} is ${Table?.TableStatus}, and stays so: delete its folder.`)
    await sleep(5)
  }
}

/** DynamoDB on this machine: dynalite, with the tables that a template asks for. One process at a time can have a folder. */
export async function openDynamoDb({ folder, region, tables }: DynamoDbOptions): Promise<DynamoDb> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const dynamodb = await startDynalite(folder)
  const { endpoint } = dynamodb
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  try {
    for (const table of tables) await makeTable(client, tableInput(table))
  } catch (error) {
    await dynamodb[Symbol.asyncDispose]()
    throw error
  } finally {
    client.destroy()
  }
  return dynamodb
}
