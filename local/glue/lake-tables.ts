import { auditViewSql } from '../../athena-views/audit-view.ts'
import { MARTS } from '../../athena-views/index.ts'
import { auditTables, storedAudit } from '../../catalog/audit.ts'
import { curatedEvents, quarantinedRows, versionKey } from '../../catalog/events.ts'
import { LAKE, s3Uri } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import { viewInput } from '../athena/view-input.ts'
import type { Catalog } from './catalog.ts'
import type { TableInput } from './shapes.ts'
import { externalTable, glueColumns } from './table-input.ts'

/** The tables that the deployment makes: those that runs add partitions or files to. Raw tables come with the runs. */
export const lakeTables = ({ lakeBucket }: Names): TableInput[] => [
  externalTable(curatedEvents, s3Uri(lakeBucket, LAKE.curated)),
  externalTable(quarantinedRows, s3Uri(lakeBucket, LAKE.quarantine)),
  ...MARTS.map((mart) =>
    externalTable({ ...mart, partitionKeys: versionKey }, s3Uri(lakeBucket, LAKE.mart(mart.name))),
  ),
  ...auditTables.map((table) =>
    externalTable(storedAudit(table), s3Uri(lakeBucket, LAKE.auditOf(table.name)), 'json'),
  ),
]

/** The views that the deployment makes, because they are part of no release. */
const lakeViews = (names: Names): TableInput[] =>
  auditTables.map((table) =>
    viewInput({
      database: names.viewDatabase,
      view: table.name,
      sql: auditViewSql(names, table),
      columns: glueColumns(table.columns),
    }),
  )

const comparable = (table: TableInput | undefined): string =>
  JSON.stringify([
    table?.StorageDescriptor,
    table?.PartitionKeys,
    table?.Description,
    table?.ViewOriginalText,
  ])

/** What a deployment does to the catalog: makes what is missing, changes what is different, leaves what is the same. */
export const deployCatalog = (catalog: Catalog, names: Names): void => {
  const databases = new Set(catalog.databases().map(({ Name }) => Name))
  for (const Name of [names.rawDatabase, names.lakeDatabase, names.viewDatabase])
    if (!databases.has(Name)) catalog.createDatabase({ Name })
  const deploy = (database: string, table: TableInput) => {
    const former = catalog.findTable(database, table.Name)
    if (!former) catalog.createTable(database, table)
    else if (comparable(former) !== comparable(table)) catalog.updateTable(database, table)
  }
  for (const table of lakeTables(names)) deploy(names.lakeDatabase, table)
  for (const view of lakeViews(names)) deploy(names.viewDatabase, view)
}
