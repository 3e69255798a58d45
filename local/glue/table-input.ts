import { type Columns, glueType } from '../../catalog/column.ts'
import type { Table } from '../../catalog/table.ts'
import type { GlueColumn, TableInput } from './shapes.ts'

const HIVE = 'org.apache.hadoop.hive.ql.io'

/** How Glue describes files in Parquet. */
export const PARQUET = {
  InputFormat: `${HIVE}.parquet.MapredParquetInputFormat`,
  OutputFormat: `${HIVE}.parquet.MapredParquetOutputFormat`,
  SerdeInfo: { SerializationLibrary: `${HIVE}.parquet.serde.ParquetHiveSerDe` },
} as const

/** How Glue describes lines of CSV. */
export const CSV = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: `${HIVE}.HiveIgnoreKeyTextOutputFormat`,
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
    Parameters: { separatorChar: ',', quoteChar: '"', escapeChar: '\\' },
  },
} as const

/** How Glue describes lines of JSON. */
export const JSON_LINES = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: `${HIVE}.HiveIgnoreKeyTextOutputFormat`,
  SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
} as const

export const glueColumns = (columns: Columns): GlueColumn[] =>
  Object.entries(columns).map(([Name, column]) => ({ Name, Type: glueType(column), Comment: column.comment }))

const FORMATS = { parquet: PARQUET, json: JSON_LINES } as const

export const externalTable = (
  table: Pick<Table, 'name' | 'grain' | 'columns' | 'partitionKeys'>,
  location: string,
  format: keyof typeof FORMATS = 'parquet',
): TableInput => ({
  Name: table.name,
  Description: table.grain,
  TableType: 'EXTERNAL_TABLE',
  Parameters: { EXTERNAL: 'TRUE', classification: format },
  PartitionKeys: glueColumns(table.partitionKeys),
  StorageDescriptor: { Columns: glueColumns(table.columns), Location: location, ...FORMATS[format] },
})
