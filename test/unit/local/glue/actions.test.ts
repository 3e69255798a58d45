import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeletePartitionCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetPartitionCommand,
  GetTableCommand,
  GetTablesCommand,
  GlueClient,
  paginateGetPartitions,
  UpdatePartitionCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { expect, onTestFinished, test } from 'vitest'
import { MARTS } from '../../../../athena-views/index.ts'
import { auditTables } from '../../../../catalog/audit.ts'
import { DEFAULT_DEPLOYMENT } from '../../../../catalog/names.ts'
import { createPlatform } from '../../../../local/platform.ts'
import { clientConfig, openPlatform, temporaryFolder } from '../temporary-platform.ts'

const open = async () => {
  const platform = await openPlatform()
  const glue = new GlueClient(clientConfig(platform))
  onTestFinished(() => glue.destroy())
  return { platform, glue }
}

const DatabaseName = 'ecommerce_lake'
const TableName = 'ecomm_user_activity_parquet'
const inTable = { DatabaseName, TableName }
const version = 'csv-2019-10@r1'
const partition = (category: number) => ({
  Values: [version, `${category}`],
  StorageDescriptor: { Location: `s3://lake/${category}/` },
})

test('the databases and tables of the deployment are there from the start', async () => {
  const { glue } = await open()
  const { DatabaseList = [] } = await glue.send(new GetDatabasesCommand({}))
  expect(DatabaseList.map(({ Name }) => Name).sort()).toEqual([
    'db-ecommerce-raw',
    'ecommerce',
    'ecommerce_lake',
  ])
  const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName }))
  const tables = [...MARTS, ...auditTables].map(({ name }) => name)
  const names = [TableName, 'ecomm_user_activity_quarantine', ...tables]
  expect(TableList.map(({ Name }) => Name)).toEqual(names.sort())
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name: TableName }))
  expect(Table?.PartitionKeys?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
    'version string',
    'category_id bigint',
  ])
  expect(Table?.StorageDescriptor?.Columns?.find(({ Name }) => Name === 'price')?.Type).toBe('decimal(10,2)')
  expect(Table?.CreateTime).toBeInstanceOf(Date)
})

test('a table whose definition has changed is brought up to date at the next start', async () => {
  const root = temporaryFolder()
  const before = await createPlatform({ root, deployment: DEFAULT_DEPLOYMENT })
  const context = { signal: new AbortController().signal }
  await before.registry.call(
    'glue',
    'updateTable',
    { DatabaseName, TableInput: { Name: TableName } },
    context,
  )
  await before.close()
  const glue = new GlueClient(clientConfig(await openPlatform({ root })))
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name: TableName }))
  expect(Table?.StorageDescriptor?.Columns?.length).toBeGreaterThan(0)
  glue.destroy()
})

test('databases and tables are made, changed, listed and dropped', async () => {
  const { glue } = await open()
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'Scratch' } }))
  expect((await glue.send(new GetDatabaseCommand({ Name: 'scratch' }))).Database?.Name).toBe('scratch')
  await expect(
    glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'scratch' } })),
  ).rejects.toMatchObject({
    name: 'AlreadyExistsException',
  })
  const create = (Name: string) =>
    glue.send(new CreateTableCommand({ DatabaseName: 'scratch', TableInput: { Name, Description: 'one' } }))
  await create('a')
  await create('ab')
  await expect(create('a')).rejects.toMatchObject({ name: 'AlreadyExistsException' })
  await glue.send(
    new UpdateTableCommand({ DatabaseName: 'scratch', TableInput: { Name: 'a', Description: 'two' } }),
  )
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'scratch', Name: 'a' }))
  expect(Table).toMatchObject({ Description: 'two', VersionId: '1' })
  const list = async (Expression?: string) => {
    const found = await glue.send(
      new GetTablesCommand({ DatabaseName: 'scratch', Expression, MaxResults: 1 }),
    )
    return [found.TableList?.map(({ Name }) => Name), found.NextToken]
  }
  expect(await list()).toEqual([['a'], '1'])
  expect(await list('.b')).toEqual([['ab'], undefined])
  await glue.send(new DeleteTableCommand({ DatabaseName: 'scratch', Name: 'a' }))
  const missing = { name: 'EntityNotFoundException' }
  await expect(
    glue.send(new DeleteTableCommand({ DatabaseName: 'scratch', Name: 'a' })),
  ).rejects.toMatchObject(missing)
  await expect(glue.send(new GetDatabaseCommand({ Name: 'none' }))).rejects.toMatchObject(missing)
})

test('a name that is a path is refused', async () => {
  const { glue } = await open()
  for (const Name of ['../x', 'a/b', '..', ''])
    await expect(glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
})

test('a batch registers what is new and reports what was there', async () => {
  const { glue } = await open()
  const send = (categories: number[]) =>
    glue.send(new BatchCreatePartitionCommand({ ...inTable, PartitionInputList: categories.map(partition) }))
  expect((await send([1, 2])).Errors).toEqual([])
  expect((await send([2, 3])).Errors).toMatchObject([
    { PartitionValues: [version, '2'], ErrorDetail: { ErrorCode: 'AlreadyExistsException' } },
  ])
  await expect(send(Array.from({ length: 101 }, (_, i) => i))).rejects.toMatchObject({
    name: 'ValidationException',
  })
  const pages: number[] = []
  for await (const { Partitions = [] } of paginateGetPartitions({ client: glue, pageSize: 2 }, inTable))
    pages.push(Partitions.length)
  expect(pages).toEqual([2, 1])
  const removal = {
    ...inTable,
    PartitionsToDelete: [1, 9].map((category) => ({ Values: [version, `${category}`] })),
  }
  const { Errors } = await glue.send(new BatchDeletePartitionCommand(removal))
  expect(Errors).toMatchObject([{ PartitionValues: [version, '9'] }])
})

test('one partition is made, read, moved and dropped', async () => {
  const { glue } = await open()
  const PartitionValues = [version, '1']
  const create = new CreatePartitionCommand({ ...inTable, PartitionInput: partition(1) })
  await glue.send(create)
  await expect(glue.send(create)).rejects.toMatchObject({ name: 'AlreadyExistsException' })
  const read = async (values = PartitionValues) =>
    (await glue.send(new GetPartitionCommand({ ...inTable, PartitionValues: values }))).Partition
  // The location is its own, the rest the table's.
  expect((await read())?.StorageDescriptor).toMatchObject({
    Location: 's3://lake/1/',
    InputFormat: expect.stringContaining('Parquet'),
  })
  const moved = { ...partition(1), StorageDescriptor: { Location: 's3://lake/elsewhere/' } }
  const update = { ...inTable, PartitionValueList: PartitionValues }
  await glue.send(new UpdatePartitionCommand({ ...update, PartitionInput: moved }))
  expect((await read())?.StorageDescriptor?.Location).toBe('s3://lake/elsewhere/')
  await glue.send(new UpdatePartitionCommand({ ...update, PartitionInput: partition(2) }))
  const missing = { name: 'EntityNotFoundException' }
  await expect(read()).rejects.toMatchObject(missing)
  await glue.send(new DeletePartitionCommand({ ...inTable, PartitionValues: [version, '2'] }))
  await expect(read([version, '2'])).rejects.toMatchObject(missing)
})
