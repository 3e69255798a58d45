import { z } from 'zod'
import type { Catalog } from '../glue/catalog.ts'
import { pageOf } from '../glue/paging.ts'
import type { StoredDatabase, StoredTable } from '../glue/shapes.ts'
import { wholeName } from '../glue/whole-name.ts'
import { AwsError, type Registry } from '../registry.ts'

const CATALOG_NAME = 'AwsDataCatalog'

const paged = { NextToken: z.string().optional(), MaxResults: z.number().int().min(1).max(50).optional() }
const inCatalog = {
  CatalogName: z.string().refine((name) => name.toLowerCase() === CATALOG_NAME.toLowerCase(), {
    error: `there is one data catalog, ${CATALOG_NAME}`,
  }),
}

const databaseOutput = ({ Name, Description, Parameters }: StoredDatabase) => ({
  Name,
  Description,
  Parameters,
})

const tableOutput = (table: StoredTable) => ({
  Name: table.Name,
  CreateTime: new Date(table.CreateTime * 1000),
  TableType: table.TableType ?? '',
  Columns: table.StorageDescriptor?.Columns ?? [],
  PartitionKeys: table.PartitionKeys ?? [],
  Parameters: {
    ...table.Parameters,
    ...(table.StorageDescriptor?.Location && { location: table.StorageDescriptor.Location }),
  },
})

/** Athena wraps what the catalog answers. */
const inAthena = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('MetadataException', `${error.message} (Service: AWSGlue; Error Code: ${error.code})`)
  }
}

/** The Data Catalog as Athena's own API shows it, which drivers ask instead of Glue. */
export const registerMetadataActions = (registry: Registry, catalog: Catalog): void => {
  registry.register('athena', 'listDataCatalogs', z.object(paged), async () => ({
    DataCatalogsSummary: [{ CatalogName: CATALOG_NAME, Type: 'GLUE' }],
  }))
  registry.register('athena', 'getDataCatalog', z.object({ Name: inCatalog.CatalogName }), async () => ({
    DataCatalog: { Name: CATALOG_NAME, Type: 'GLUE' },
  }))

  const listInput = z.object({ ...inCatalog, ...paged })
  registry.register('athena', 'listDatabases', listInput, async ({ NextToken, MaxResults = 50 }) => {
    const { items, ...next } = pageOf(catalog.databases(), NextToken, MaxResults, 'InvalidRequestException')
    return { DatabaseList: items.map(databaseOutput), ...next }
  })
  const ofDatabase = z.object({ ...inCatalog, DatabaseName: z.string() })
  registry.register('athena', 'getDatabase', ofDatabase, async ({ DatabaseName }) => ({
    Database: databaseOutput(inAthena(() => catalog.database(DatabaseName))),
  }))

  const tables = ofDatabase.extend({ Expression: z.string().optional(), ...paged })
  registry.register('athena', 'listTableMetadata', tables, async (input) => {
    const { DatabaseName, Expression = '.*', NextToken, MaxResults = 50 } = input
    const isWanted = inAthena(() => wholeName(Expression))
    const found = inAthena(() => catalog.tables(DatabaseName)).filter(({ Name }) => isWanted.test(Name))
    const { items, ...next } = pageOf(found, NextToken, MaxResults, 'InvalidRequestException')
    return { TableMetadataList: items.map(tableOutput), ...next }
  })
  const ofTable = ofDatabase.extend({ TableName: z.string() })
  registry.register('athena', 'getTableMetadata', ofTable, async ({ DatabaseName, TableName }) => ({
    TableMetadata: tableOutput(inAthena(() => catalog.table(DatabaseName, TableName))),
  }))
}
