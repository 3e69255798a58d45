import { writeFileSync } from 'node:fs'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, onTestFinished, test } from 'vitest'
import { openDynamoDb } from '../../../../local/dynamodb/dynamodb.ts'
import { clientConfig, temporaryFolder } from '../temporary-platform.ts'

const region = 'us-east-1'
const TABLE = {
  TableName: 'alerts',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
}

async function describe(endpoint: string) {
  const client = new DynamoDBClient(clientConfig({ endpoint }))
  onTestFinished(() => client.destroy())
  return (await client.send(new DescribeTableCommand({ TableName: 'alerts' }))).Table?.TableStatus
}

test('keeps its tables in the folder, and frees it when it is closed', async () => {
  const folder = `${temporaryFolder()}/tables`
  for (let opened = 0; opened < 2; opened++) {
    await using dynamodb = await openDynamoDb({ folder, region, tables: [TABLE] })
    expect(dynamodb.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await describe(dynamodb.endpoint)).toBe('ACTIVE')
  }
})

test('a table that can not be made ends it', async () => {
  const folder = `${temporaryFolder()}/tables`
  const wrong = { ...TABLE, KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] }
  await expect(openDynamoDb({ folder, region, tables: [wrong] })).rejects.toThrow(/Key/)
  await using dynamodb = await openDynamoDb({ folder, region, tables: [TABLE] })
  expect(await describe(dynamodb.endpoint)).toBe('ACTIVE')
})

test('a place that is no folder is an error', async () => {
  const file = `${temporaryFolder()}/file`
  writeFileSync(file, '')
  await expect(openDynamoDb({ folder: file, region, tables: [] })).rejects.toThrow('EEXIST')
})
