import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openPlatform } from '../temporary-platform.ts'

const run = async (environment: Record<string, string>, script: string): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(import.meta.dirname, '../../../..'),
    env: { PATH: process.env.PATH, ...environment },
  })
  return JSON.parse(stdout)
}

test('SDK clients without any configuration reach the platform', async () => {
  const { environment } = await openPlatform()
  const found = await run(
    environment,
    `import { GlueClient, GetDatabasesCommand } from '@aws-sdk/client-glue'
     import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3'
     const { DatabaseList } = await new GlueClient().send(new GetDatabasesCommand({}))
     const Bucket = 'ecommerce-lake-us-east-1-dev'
     const { KeyCount } = await new S3Client({ forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket }))
     console.log(JSON.stringify([DatabaseList.map(({ Name }) => Name).sort(), KeyCount]))`,
  )
  expect(found).toEqual([['db-ecommerce-raw', 'ecommerce', 'ecommerce_lake'], 0])
})

test('a call to any other service ends on this machine', async () => {
  const { environment } = await openPlatform()
  const error = await run(
    environment,
    `import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
     const client = new LambdaClient({ maxAttempts: 1 })
     await client.send(new ListFunctionsCommand({})).catch(({ code, address, port }) =>
       console.log(JSON.stringify({ code, address, port })))`,
  )
  expect(error).toEqual({ code: 'ECONNREFUSED', address: '127.0.0.1', port: 9 })
})
