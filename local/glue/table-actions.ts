import { z } from 'zod'
import { AwsError, type Registry } from '../registry.ts'
import type { Catalog } from './catalog.ts'
import { pageOf } from './paging.ts'
import { databaseInput, name, type StoredTable, tableInput } from './shapes.ts'
import { wholeName } from './whole-name.ts'

const paged = { NextToken: z.string().optional(), MaxResults: z.number().int().min(1).max(100).optional() }

const tableOutput = (database: string, { CreateTime, UpdateTime, ...table }: StoredTable) => ({
  ...table,
  DatabaseName: database.toLowerCase(),
  CreateTime: new Date(CreateTime * 1000),
  UpdateTime: new Date(UpdateTime * 1000),
})

/** Databases and tables of the Data Catalog. */
export const registerTableActions = (registry: Registry, catalog: Catalog): void => {
  const databaseOutput = ({ CreateTime, ...database }: ReturnType<Catalog['database']>) => ({
    ...database,
    CreateTime: new Date(CreateTime * 1000),
  })

  registry.register('glue', 'createDatabase', z.object({ DatabaseInput: databaseInput }), async (input) => {
    catalog.createDatabase(input.DatabaseInput)
    return {}
  })
  registry.register('glue', 'getDatabase', z.object({ Name: name }), async ({ Name }) => ({
    Database: databaseOutput(catalog.database(Name)),
  }))
  registry.register('glue', 'getDatabases', z.object(paged), async ({ NextToken, MaxResults }) => {
    const { items, ...next } = pageOf(catalog.databases(), NextToken, MaxResults ?? 100)
    return { DatabaseList: items.map(databaseOutput), ...next }
  })

  const ofTable = z.object({ DatabaseName: name, Name: name })
  const withInput = z.object({ DatabaseName: name, TableInput: tableInput })
  registry.register('glue', 'createTable', withInput, async (input) => {
    catalog.createTable(input.DatabaseName, input.TableInput)
    return {}
  })
  const changed = withInput.extend({ SkipArchive: z.boolean().optional() })
  registry.register('glue', 'updateTable', changed, async ({ DatabaseName, TableInput, SkipArchive }) => {
    catalog.updateTable(DatabaseName, TableInput, { skipArchive: SkipArchive })
    return {}
  })
  registry.register('glue', 'deleteTable', ofTable, async ({ DatabaseName, Name }) => {
    catalog.deleteTable(DatabaseName, Name)
    return {}
  })
  registry.register('glue', 'getTable', ofTable, async ({ DatabaseName, Name }) => ({
    Table: tableOutput(DatabaseName, catalog.table(DatabaseName, Name)),
  }))
  const search = z.object({ DatabaseName: name, Expression: z.string().optional(), ...paged })
  registry.register(
    'glue',
    'getTables',
    search,
    async ({ DatabaseName, Expression, NextToken, MaxResults }) => {
      const pattern = wholeName(Expression)
      const found = catalog.tables(DatabaseName).filter(({ Name }) => pattern.test(Name))
      const { items, ...next } = pageOf(found, NextToken, MaxResults ?? 100)
      return { TableList: items.map((table) => tableOutput(DatabaseName, table)), ...next }
    },
  )

  const versionOf = z.object({ DatabaseName: name, TableName: name })
  const versionOutput = (database: string, table: StoredTable) => ({
    Table: tableOutput(database, table),
    VersionId: table.VersionId,
  })
  registry.register('glue', 'getTableVersions', versionOf.extend(paged), async (input) => {
    const { DatabaseName, TableName, NextToken, MaxResults = 100 } = input
    const { items, ...next } = pageOf(catalog.tableVersions(DatabaseName, TableName), NextToken, MaxResults)
    return { TableVersions: items.map((table) => versionOutput(DatabaseName, table)), ...next }
  })
  const one = versionOf.extend({ VersionId: z.string().optional() })
  registry.register('glue', 'getTableVersion', one, async ({ DatabaseName, TableName, VersionId }) => {
    const found = catalog
      .tableVersions(DatabaseName, TableName)
      .find((table) => VersionId === undefined || table.VersionId === VersionId)
    if (!found)
      throw new AwsError(
        'EntityNotFoundException',
        `Version ${VersionId} of ${DatabaseName}.${TableName} not found.`,
      )
    return { TableVersion: versionOutput(DatabaseName, found) }
  })
}
