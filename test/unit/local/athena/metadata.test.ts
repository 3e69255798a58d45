import {
  AthenaClient,
  BatchGetNamedQueryCommand,
  CreateNamedQueryCommand,
  DeleteNamedQueryCommand,
  GetDatabaseCommand,
  GetDataCatalogCommand,
  GetNamedQueryCommand,
  GetTableMetadataCommand,
  GetWorkGroupCommand,
  ListDatabasesCommand,
  ListDataCatalogsCommand,
  ListNamedQueriesCommand,
  ListTableMetadataCommand,
  ListWorkGroupsCommand,
  paginateListTableMetadata,
  UpdateNamedQueryCommand,
} from '@aws-sdk/client-athena'
import { expect, onTestFinished, test } from 'vitest'
import { MARTS } from '../../../../athena-views/index.ts'
import { clientConfig, openPlatform, temporaryFolder } from '../temporary-platform.ts'

const open = async (root = temporaryFolder()) => {
  const platform = await openPlatform({ root })
  const athena = new AthenaClient(clientConfig(platform))
  onTestFinished(() => athena.destroy())
  return { platform, athena, root }
}

const CatalogName = 'AwsDataCatalog'
const DatabaseName = 'ecommerce_lake'

test('drivers read databases and tables from Athena too', async () => {
  const { athena } = await open()
  const { DataCatalogsSummary } = await athena.send(new ListDataCatalogsCommand({}))
  expect(DataCatalogsSummary).toMatchObject([{ CatalogName, Type: 'GLUE' }])
  const { DataCatalog } = await athena.send(new GetDataCatalogCommand({ Name: CatalogName }))
  expect(DataCatalog).toMatchObject({ Name: CatalogName, Type: 'GLUE' })
  const { DatabaseList } = await athena.send(new ListDatabasesCommand({ CatalogName }))
  expect(DatabaseList?.map(({ Name }) => Name)).toContain(DatabaseName)
  const { Database } = await athena.send(new GetDatabaseCommand({ CatalogName, DatabaseName }))
  expect(Database?.Name).toBe(DatabaseName)

  const names: (string | undefined)[] = []
  const pages = paginateListTableMetadata({ client: athena, pageSize: 5 }, { CatalogName, DatabaseName })
  for await (const { TableMetadataList = [] } of pages)
    names.push(...TableMetadataList.map(({ Name }) => Name))
  expect(names).toEqual(expect.arrayContaining(MARTS.map(({ name }) => name)))
  const { TableMetadataList } = await athena.send(
    new ListTableMetadataCommand({ CatalogName, DatabaseName, Expression: 'sales.*' }),
  )
  expect(TableMetadataList?.map(({ Name }) => Name)).toEqual(['sales_per_day'])
  const { TableMetadata } = await athena.send(
    new GetTableMetadataCommand({ CatalogName, DatabaseName, TableName: 'sales_per_day' }),
  )
  expect(TableMetadata).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    CreateTime: expect.any(Date),
    PartitionKeys: [{ Name: 'version', Type: 'string' }],
    Parameters: { classification: 'parquet', location: expect.stringMatching(/^s3:/) },
  })
  expect(TableMetadata?.Columns).toContainEqual(
    expect.objectContaining({ Name: 'revenue', Type: expect.stringMatching(/^decimal/) }),
  )
})

test('what the catalog lacks is a metadata exception', async () => {
  const { athena } = await open()
  const missing = { name: 'MetadataException', message: expect.stringContaining('EntityNotFoundException') }
  const none = { CatalogName, DatabaseName: 'none' }
  await expect(athena.send(new GetDatabaseCommand(none))).rejects.toMatchObject(missing)
  await expect(athena.send(new ListTableMetadataCommand(none))).rejects.toMatchObject(missing)
  await expect(
    athena.send(new GetTableMetadataCommand({ CatalogName, DatabaseName, TableName: 'none' })),
  ).rejects.toMatchObject(missing)
  await expect(athena.send(new ListDatabasesCommand({ CatalogName: 'other' }))).rejects.toThrow(
    'there is one data catalog',
  )
})

test('workgroups are listed, and say where their results go', async () => {
  const { athena, platform } = await open()
  const { workgroup, martWorkgroup, resultsBucket } = platform.names
  const { WorkGroups, NextToken } = await athena.send(new ListWorkGroupsCommand({ MaxResults: 2 }))
  expect(WorkGroups?.map(({ Name }) => Name)).toEqual([workgroup, martWorkgroup])
  const rest = await athena.send(new ListWorkGroupsCommand({ NextToken }))
  expect(rest.WorkGroups?.map(({ Name }) => Name)).toEqual(['primary'])
  const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: workgroup }))
  expect(WorkGroup).toMatchObject({
    State: 'ENABLED',
    Configuration: {
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { OutputLocation: `s3://${resultsBucket}/${workgroup}/` },
      EngineVersion: { EffectiveEngineVersion: 'DuckDB' },
    },
  })
  const invalid = { name: 'InvalidRequestException' }
  await expect(athena.send(new GetWorkGroupCommand({ WorkGroup: 'none' }))).rejects.toMatchObject(invalid)
  await expect(athena.send(new ListWorkGroupsCommand({ NextToken: 'x' }))).rejects.toMatchObject(invalid)
})

test('named queries are kept by the lake, changed and deleted', async () => {
  const { athena, platform, root } = await open()
  const query = { Name: 'sales', Database: 'ecommerce', QueryString: 'SELECT 1', Description: 'by day' }
  const ClientRequestToken = 'n'.repeat(32)
  const create = async (more: object = {}) =>
    (await athena.send(new CreateNamedQueryCommand({ ...query, ...more }))).NamedQueryId ?? ''
  const id = await create({ ClientRequestToken })
  expect(await create({ ClientRequestToken })).toBe(id)
  const brands = await create({ Name: 'brands' })
  const other = await create({ WorkGroup: platform.names.workgroup })
  await platform.close()

  const { athena: later } = await open(root)
  const get = async (NamedQueryId: string) =>
    (await later.send(new GetNamedQueryCommand({ NamedQueryId }))).NamedQuery
  expect(await get(id)).toEqual({ NamedQueryId: id, ...query, WorkGroup: 'primary' })
  const list = async (more: object = {}) => await later.send(new ListNamedQueriesCommand(more))
  const first = await list({ MaxResults: 1 })
  expect(first.NamedQueryIds).toEqual([brands])
  expect((await list({ NextToken: first.NextToken })).NamedQueryIds).toEqual([id])
  expect((await list({ WorkGroup: platform.names.workgroup })).NamedQueryIds).toEqual([other])

  await later.send(
    new UpdateNamedQueryCommand({ NamedQueryId: id, Name: 'sales 2', QueryString: 'SELECT 2' }),
  )
  expect(await get(id)).toMatchObject({ Name: 'sales 2', QueryString: 'SELECT 2', Database: 'ecommerce' })
  await later.send(new DeleteNamedQueryCommand({ NamedQueryId: id }))
  const missing = { name: 'InvalidRequestException' }
  await expect(get(id)).rejects.toMatchObject(missing)
  await expect(get('../executions/x')).rejects.toMatchObject(missing)
  const batch = await later.send(new BatchGetNamedQueryCommand({ NamedQueryIds: [other, id] }))
  expect(batch.NamedQueries).toMatchObject([{ NamedQueryId: other }])
  expect(batch.UnprocessedNamedQueryIds).toMatchObject([{ NamedQueryId: id }])
  await expect(
    later.send(new CreateNamedQueryCommand({ ...query, WorkGroup: 'none' })),
  ).rejects.toMatchObject(missing)
})
