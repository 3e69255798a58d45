import { MARTS } from '../../athena-views/index.ts'
import { curatedEvents, quarantinedRows, versionKey } from '../../catalog/events.ts'
import { LAKE, s3Uri } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import type { Catalog } from './catalog.ts'
import type { TableInput } from './shapes.ts'
import { externalTable } from './table-input.ts'

/** The tables that the deployment makes: those that runs add partitions to. Views and raw tables come with the runs. */
export const lakeTables = ({ lakeBucket }: Names): TableInput[] => [
  externalTable(curatedEvents, s3Uri(lakeBucket, LAKE.curated)),
  externalTable(quarantinedRows, s3Uri(lakeBucket, LAKE.quarantine)),
  ...MARTS.map((mart) =>
    externalTable({ ...mart, partitionKeys: versionKey }, s3Uri(lakeBucket, LAKE.mart(mart.name))),
  ),
]

const comparable = (table: TableInput | undefined): string =>
  JSON.stringify([table?.StorageDescriptor, table?.PartitionKeys, table?.Description])

/** What a deployment does to the catalog: makes what is missing, changes what is different, leaves what is the same. */
export const deployCatalog = (catalog: Catalog, names: Names): void => {
  const databases = new Set(catalog.databases().map(({ Name }) => Name))
  for (const Name of [names.rawDatabase, names.lakeDatabase, names.viewDatabase])
    if (!databases.has(Name)) catalog.createDatabase({ Name })
  for (const table of lakeTables(names)) {
    const former = catalog.findTable(names.lakeDatabase, table.Name)
    if (!former) catalog.createTable(names.lakeDatabase, table)
    else if (comparable(former) !== comparable(table)) catalog.updateTable(names.lakeDatabase, table)
  }
}
