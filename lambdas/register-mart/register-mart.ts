import { dropTable } from '../shared/drop-table.ts'
import { environment } from '../shared/environment.ts'
import { putPartition } from '../shared/partitions.ts'

interface BuiltMart {
  readonly mart: string
  readonly version: string
  readonly table: string
  readonly location: string
}

/** The partition first: were the table dropped before it, a retry could not tell what was built. */
export async function registerMart({ mart, version, table, location }: BuiltMart) {
  await putPartition(mart, { values: [version], location })
  await dropTable(environment().names.lakeDatabase, table)
  return { mart, version }
}
