import { STORED_VIEW, storedViewText } from '../../sql/athena/stored-view.ts'
import type { GlueColumn, TableInput } from '../glue/shapes.ts'

export interface ViewDefinition {
  readonly database: string
  readonly view: string
  readonly sql: string
  readonly columns: readonly GlueColumn[]
}

/** A view as Athena keeps it in the Data Catalog. */
export const viewInput = ({ database, view, sql, columns }: ViewDefinition): TableInput => ({
  Name: view,
  TableType: STORED_VIEW.tableType,
  Parameters: { ...STORED_VIEW.parameters },
  PartitionKeys: [],
  StorageDescriptor: { Columns: [...columns], Location: '', SerdeInfo: {} },
  ViewOriginalText: storedViewText(
    database,
    sql,
    columns.map(({ Name, Type }) => ({ name: Name, type: Type })),
  ),
  ViewExpandedText: STORED_VIEW.expandedText,
})
