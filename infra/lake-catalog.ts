import { type Column, Database, DataFormat, S3Table, S3TableStorage, Schema } from 'aws-cdk-lib/aws-glue'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { auditViewSql } from '../athena-views/audit-view.ts'
import { MARTS } from '../athena-views/index.ts'
import { auditTables, storedAudit } from '../catalog/audit.ts'
import { type Columns, glueType } from '../catalog/column.ts'
import { curatedEvents, quarantinedRows, versionKey } from '../catalog/events.ts'
import { LAKE } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import type { Table } from '../catalog/table.ts'
import { StoredView } from './stored-view.ts'
import { whenDeleted } from './when-deleted.ts'

export interface LakeCatalogProps {
  readonly names: Names
  readonly lake: IBucket
  /** Keep tables and partitions when the stack is deleted: without them the files mean nothing. */
  readonly keep: boolean
}

/** The Glue databases, and the tables of the lake as the catalog defines them. */
export class LakeCatalog extends Construct {
  readonly raw: Database

  constructor(scope: Construct, id: string, { names, lake, keep }: LakeCatalogProps) {
    super(scope, id)
    const removalPolicy = whenDeleted(keep)
    this.raw = new Database(this, 'Raw', {
      removalPolicy,
      databaseName: names.rawDatabase,
      description: 'What the crawler finds in the raw zone.',
    })
    const database = new Database(this, 'Lake', {
      removalPolicy,
      databaseName: names.lakeDatabase,
      description: 'Versioned tables that the night writes; query the views instead.',
    })
    const views = new Database(this, 'Views', {
      removalPolicy,
      databaseName: names.viewDatabase,
      description: 'Published views: what analysts query. The night creates those of a release.',
    })

    const table = (
      { name, grain, columns, partitionKeys }: Table,
      prefix: string,
      dataFormat = DataFormat.PARQUET,
    ) =>
      new S3Table(this, name, {
        database,
        tableName: name,
        description: grain,
        columns: glueColumns(columns),
        partitionKeys: glueColumns(partitionKeys),
        dataFormat,
        storage: S3TableStorage.fromBucket(lake),
        s3Prefix: prefix,
      }).applyRemovalPolicy(removalPolicy)
    table(curatedEvents, LAKE.curated)
    table(quarantinedRows, LAKE.quarantine)
    // A mart's own definition has no version: that is how the lake stores it, not what it says.
    for (const mart of MARTS) table({ ...mart, partitionKeys: versionKey }, LAKE.mart(mart.name))
    for (const audited of auditTables) {
      table(storedAudit(audited), LAKE.auditOf(audited.name), DataFormat.JSON)
      const sql = auditViewSql(names, audited)
      const at = { database: views, databaseName: names.viewDatabase }
      new StoredView(this, `${audited.name}-view`, { ...at, view: audited, sql }).applyRemovalPolicy(
        removalPolicy,
      )
    }
  }
}

const glueColumns = (columns: Columns): Column[] =>
  Object.entries(columns).map(([name, column]) => ({
    name,
    type: Schema.custom(glueType(column), column.kind !== 'strings'),
    comment: column.comment,
  }))
