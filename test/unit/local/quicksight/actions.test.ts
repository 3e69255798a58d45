import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  CancelIngestionCommand,
  CreateIngestionCommand,
  DescribeIngestionCommand,
  ListDataSetsCommand,
  ListIngestionsCommand,
  paginateListDataSets,
  QuickSightClient,
} from '@aws-sdk/client-quicksight'
import { expect, onTestFinished, test } from 'vitest'
import type { PlatformOptions } from '../../../../local/platform.ts'
import { run } from '../athena/run.ts'
import { clientConfig, openPlatform, until } from '../temporary-platform.ts'

const open = async (options: Partial<PlatformOptions> = {}) => {
  const platform = await openPlatform(options)
  const quicksight = new QuickSightClient(clientConfig(platform))
  onTestFinished(() => quicksight.destroy())
  const DataSetId = platform.names.dataSet('sales_per_day')
  const ingestion = (IngestionId: string) => ({ AwsAccountId: '000000000000', DataSetId, IngestionId })
  const create = (id: string) => quicksight.send(new CreateIngestionCommand(ingestion(id)))
  const end = (id: string) =>
    until(async () => {
      const { Ingestion } = await quicksight.send(new DescribeIngestionCommand(ingestion(id)))
      return Ingestion?.IngestionStatus === 'RUNNING' ? undefined : Ingestion
    })
  return {
    platform,
    quicksight,
    create,
    end,
    ingestion,
    copy: join(platform.paths.root, 'quicksight', `${DataSetId}.parquet`),
  }
}

test('an ingestion copies the view and reports its rows; its id makes it happen once', async () => {
  const { platform, create, end, copy } = await open()
  await run(platform, 'CREATE OR REPLACE VIEW ecommerce.sales_per_day AS SELECT * FROM range(5) t(day)')
  expect(await create('r1')).toMatchObject({ IngestionId: 'r1', Arn: expect.stringContaining(':dataset/') })
  expect(await end('r1')).toMatchObject({
    IngestionStatus: 'COMPLETED',
    RowInfo: { RowsIngested: 5, RowsDropped: 0 },
  })
  await run(platform, 'CREATE OR REPLACE VIEW ecommerce.sales_per_day AS SELECT * FROM range(9) t(day)')
  expect((await create('r1')).IngestionStatus).toBe('COMPLETED')
  const count = async () => (await platform.query(`SELECT count(*) FROM read_parquet('${copy}')`)).rows
  expect(await count()).toEqual([[5n]])
  await create('r2')
  await end('r2')
  expect(await count()).toEqual([[9n]])
})

test('an ingestion that fails says why and leaves the former copy', async () => {
  const { platform, create, end, copy } = await open()
  await run(platform, 'CREATE OR REPLACE VIEW ecommerce.sales_per_day AS SELECT 1 AS a')
  await create('r1')
  await end('r1')
  await run(
    platform,
    "CREATE OR REPLACE VIEW ecommerce.sales_per_day AS SELECT CAST('x' || i AS INT) AS a FROM range(3) t(i)",
  )
  await create('r2')
  expect(await end('r2')).toMatchObject({
    IngestionStatus: 'FAILED',
    ErrorInfo: { Type: 'SQL_EXCEPTION', Message: expect.stringContaining('INVALID_CAST_ARGUMENT') },
  })
  expect(existsSync(`${copy}.tmp`)).toBe(false)
  expect((await platform.query(`SELECT * FROM read_parquet('${copy}')`)).rows).toEqual([[1]])
})

test('data sets and ingestions that do not exist are not found', async () => {
  const { quicksight, ingestion } = await open()
  const missing = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } }
  await expect(
    quicksight.send(new CreateIngestionCommand({ ...ingestion('r1'), DataSetId: 'none' })),
  ).rejects.toMatchObject(missing)
  await expect(quicksight.send(new DescribeIngestionCommand(ingestion('r1')))).rejects.toMatchObject(missing)
})

test('names say the region of the deployment', async () => {
  const { create } = await open({ deployment: { environment: 'dev', region: 'eu-west-1' } })
  expect((await create('r1')).Arn).toMatch(/^arn:aws:quicksight:eu-west-1:/)
})

test('data sets and their ingestions are listed, the newest first', async () => {
  const { platform, create, end, quicksight, ingestion } = await open()
  await run(platform, 'CREATE OR REPLACE VIEW ecommerce.sales_per_day AS SELECT * FROM range(5) t(day)')
  for (const id of ['r1', 'r2']) {
    await create(id)
    await end(id)
  }
  const { AwsAccountId, DataSetId } = ingestion('')
  const list = (more: object = {}) =>
    quicksight.send(new ListIngestionsCommand({ AwsAccountId, DataSetId, ...more }))
  const first = await list({ MaxResults: 1 })
  expect(first.Ingestions).toMatchObject([
    { IngestionId: 'r2', IngestionStatus: 'COMPLETED', CreatedTime: expect.any(Date) },
  ])
  const { Ingestions } = await list({ NextToken: first.NextToken })
  expect(Ingestions).toMatchObject([{ IngestionId: 'r1', RowInfo: { RowsIngested: 5 } }])
  await expect(list({ DataSetId: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })

  const found: (string | undefined)[] = []
  for await (const page of paginateListDataSets({ client: quicksight, pageSize: 5 }, { AwsAccountId }))
    found.push(...(page.DataSetSummaries ?? []).map((summary) => summary.DataSetId))
  expect(found).toContain(DataSetId)
  const { NextToken } = await quicksight.send(new ListDataSetsCommand({ AwsAccountId, MaxResults: 100 }))
  expect(NextToken).toBeUndefined()

  expect(await quicksight.send(new CancelIngestionCommand(ingestion('r2')))).toMatchObject({
    IngestionId: 'r2',
  })
  expect((await end('r2'))?.IngestionStatus).toBe('COMPLETED')
  await expect(quicksight.send(new CancelIngestionCommand(ingestion('none')))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})
