import { isStoredAsText } from '../catalog/audit.ts'
import type { Column } from '../catalog/column.ts'
import type { Names } from '../catalog/names.ts'
import type { Table } from '../catalog/table.ts'

/**
 * The query of an audit table's view, in the part of SQL that Athena and DuckDB share: the view is made by the deployment,
 * not by a run, and there nobody knows which engine will read it.
 */
export function auditViewSql(
  { lakeDatabase }: Pick<Names, 'lakeDatabase'>,
  { name, columns }: Table,
): string {
  const selected = Object.entries(columns).map(([column, definition]) =>
    isStoredAsText(definition) ? `CAST("${column}" AS ${sqlType(definition)}) AS "${column}"` : `"${column}"`,
  )
  return `SELECT ${selected.join(', ')} FROM "${lakeDatabase}"."${name}"`
}

const sqlType = ({ kind, precision, scale }: Column): string =>
  kind === 'decimal' ? `decimal(${precision}, ${scale})` : kind
