import { beforeAll, describe, expect, test } from 'vitest'
import { publicViews } from '../../athena-views/index.ts'
import { userActivity } from '../../catalog/events.ts'
import { DATA_SETS, REFRESHED_VIEWS } from '../../quicksight/data-sets.ts'
import { synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized()
})
const dataSet = (view: string) =>
  batch
    .ofType('AWS::QuickSight::DataSet')
    .find(([, { Properties }]) => Properties.DataSetId === batch.names.dataSet(view))?.[1].Properties

describe('the data sets', () => {
  const marts = publicViews.filter(({ name }) => name !== userActivity.name)

  test('are the marts, column by column', () => {
    expect(DATA_SETS.map(({ view }) => view)).toEqual(marts.map(({ name }) => name))
    for (const { name, columns } of marts)
      expect(
        dataSet(name).PhysicalTableMap.view.RelationalTable.InputColumns.map(
          ({ Name }: { Name: string }) => Name,
        ),
      ).toEqual(Object.keys(columns))
  })

  test('lie in SPICE, and a night refreshes them all; the events have none, whose view no first deployment has', () => {
    expect(dataSet('user_activity')).toBeUndefined()
    expect(dataSet('unique_visitors_per_day').ImportMode).toBe('SPICE')
    expect(REFRESHED_VIEWS).toEqual(marts.map(({ name }) => name))
  })

  test('read the published database through the enforced workgroup', () => {
    expect(dataSet('sales_per_day').PhysicalTableMap.view.RelationalTable).toMatchObject({
      Catalog: 'AwsDataCatalog',
      Schema: batch.names.viewDatabase,
      Name: 'sales_per_day',
    })
    expect(batch.ofType('AWS::QuickSight::DataSource')[0]?.[1].Properties).toMatchObject({
      Type: 'ATHENA',
      DataSourceParameters: { AthenaParameters: { WorkGroup: batch.names.workgroup } },
    })
  })

  test('know what QuickSight calls our types, and show ids as text, to the last digit', () => {
    const products = DATA_SETS.find(({ view }) => view === 'product_sales')
    expect(Object.fromEntries(products?.columns.map(({ name, type }) => [name, type]) ?? [])).toMatchObject({
      month: 'STRING',
      product_id: 'INTEGER',
      views: 'INTEGER',
      revenue: 'DECIMAL',
    })
    const transforms = dataSet('product_sales').LogicalTableMap.view.DataTransforms
    expect(transforms).toContainEqual({
      CastColumnTypeOperation: { ColumnName: 'product_id', NewColumnType: 'STRING' },
    })
  })

  test('come after what their source is tried with, and are read with a role of their own', () => {
    const [id, source] = batch.ofType('AWS::QuickSight::DataSource')[0] ?? ['', undefined]
    const { DependsOn } = batch.json.Resources[id]
    const types = (DependsOn as string[]).map((other) => batch.json.Resources[other].Type)
    expect(types).toEqual(
      expect.arrayContaining([
        'AWS::Athena::WorkGroup',
        'AWS::Glue::Database',
        'AWS::IAM::Policy',
        'AWS::S3::Bucket',
      ]),
    )
    const [role = ''] = source?.Properties.DataSourceParameters.AthenaParameters.RoleArn['Fn::GetAtt'] ?? []
    expect(batch.json.Resources[role].Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'quicksight.amazonaws.com' },
      },
    ])
  })

  test('do not hold up a deployment that comes before the first night', () => {
    expect(dataSet('unique_visitors_per_day').IngestionWaitPolicy).toEqual({ WaitForSpiceIngestion: false })
  })
})
