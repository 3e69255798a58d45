import { Aws } from 'aws-cdk-lib'
import { CfnDataSet, CfnDataSource } from 'aws-cdk-lib/aws-quicksight'
import { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'
import { DATA_SETS, type DataSet } from '../quicksight/data-sets.ts'
import { DashboardReader } from './dashboard-reader.ts'
import { acknowledge } from './permissions.ts'

const SOURCE_OWNER = [
  'quicksight:DescribeDataSource',
  'quicksight:DescribeDataSourcePermissions',
  'quicksight:PassDataSource',
  'quicksight:UpdateDataSource',
  'quicksight:UpdateDataSourcePermissions',
  'quicksight:DeleteDataSource',
]
const SET_OWNER = [
  'quicksight:DescribeDataSet',
  'quicksight:DescribeDataSetPermissions',
  'quicksight:PassDataSet',
  'quicksight:UpdateDataSet',
  'quicksight:UpdateDataSetPermissions',
  'quicksight:DeleteDataSet',
  'quicksight:DescribeIngestion',
  'quicksight:ListIngestions',
  'quicksight:CreateIngestion',
  'quicksight:CancelIngestion',
]

export interface DashboardsProps {
  readonly names: Names
  /** The QuickSight user or group that owns data source and data sets. */
  readonly owner: string
}

/** QuickSight's data source, and one data set per mart, which the state machine refreshes. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { names, owner }: DashboardsProps) {
    super(scope, id)
    const reader = new DashboardReader(this, 'Reader', names)
    const source = new CfnDataSource(this, 'Athena', {
      awsAccountId: Aws.ACCOUNT_ID,
      dataSourceId: names.quicksightDataSource,
      name: 'E-commerce lakehouse',
      type: 'ATHENA',
      dataSourceParameters: { athenaParameters: { workGroup: names.workgroup, roleArn: reader.roleArn } },
      sslProperties: { disableSsl: false },
      permissions: [{ principal: owner, actions: SOURCE_OWNER }],
    })
    source.node.addDependency(reader)
    for (const dataSet of DATA_SETS) this.#dataSet(names, source.attrArn, owner, dataSet)
  }

  #dataSet(names: Names, dataSourceArn: string, owner: string, { view, title, columns }: DataSet): void {
    const ids = columns.filter(({ isId }) => isId)
    const set = new CfnDataSet(this, view, {
      awsAccountId: Aws.ACCOUNT_ID,
      dataSetId: names.dataSet(view),
      name: title,
      importMode: 'SPICE',
      // The views exist only after the first night, and that fills the copies.
      ingestionWaitPolicy: { waitForSpiceIngestion: false },
      physicalTableMap: {
        view: {
          relationalTable: {
            dataSourceArn,
            catalog: 'AwsDataCatalog',
            schema: names.viewDatabase,
            name: view,
            inputColumns: columns.map(({ name, type }) => ({ name, type })),
          },
        },
      },
      logicalTableMap: {
        view: {
          alias: view,
          source: { physicalTableId: 'view' },
          dataTransforms: [
            ...ids.map(({ name }) => ({
              castColumnTypeOperation: { columnName: name, newColumnType: 'STRING' },
            })),
            ...columns.map(({ name, description }) => ({
              tagColumnOperation: { columnName: name, tags: [{ columnDescription: { text: description } }] },
            })),
            { projectOperation: { projectedColumns: columns.map(({ name }) => name) } },
          ],
        },
      },
      permissions: [{ principal: owner, actions: SET_OWNER }],
    })
    acknowledge(
      set,
      'What replaces it links columns by ids of its own; LogicalTableMap stays valid and says the same.',
      'CloudFormation-Validate::W9009',
    )
  }
}
