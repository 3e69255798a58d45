import { Aws } from 'aws-cdk-lib'
import { CfnTable, type Database } from 'aws-cdk-lib/aws-glue'
import type { Construct } from 'constructs'
import { glueType } from '../catalog/column.ts'
import type { Table } from '../catalog/table.ts'
import { STORED_VIEW, storedViewText } from '../sql/athena/stored-view.ts'

export interface StoredViewProps {
  readonly database: Database
  /** The database's name as text: the view's own text has it. */
  readonly databaseName: string
  readonly view: Table
  readonly sql: string
}

/**
 * A view that is there from the deployment on, written into the Data Catalog as Athena's own CREATE VIEW writes one:
 * CloudFormation has no resource for it.
 */
export class StoredView extends CfnTable {
  constructor(scope: Construct, id: string, { database, databaseName, view, sql }: StoredViewProps) {
    const columns = Object.entries(view.columns).map(([name, column]) => ({
      name,
      type: glueType(column),
      comment: column.comment,
    }))
    super(scope, id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: database.databaseName,
      tableInput: {
        name: view.name,
        description: view.grain,
        tableType: STORED_VIEW.tableType,
        parameters: STORED_VIEW.parameters,
        partitionKeys: [],
        storageDescriptor: { columns, serdeInfo: {} },
        viewOriginalText: storedViewText(databaseName, sql, columns),
        viewExpandedText: STORED_VIEW.expandedText,
      },
    })
  }
}
