import { beforeAll, describe, expect, test } from 'vitest'
import { publicViews } from '../../athena-views/index.ts'
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
  test('are the published views, column by column', () => {
    expect(DATA_SETS.map(({ view }) => view)).toEqual(publicViews.map(({ name }) => name))
    for (const { name, columns } of publicViews)
      expect(
        dataSet(name).PhysicalTableMap.view.RelationalTable.InputColumns.map(
          ({ Name }: { Name: string }) => Name,
        ),
      ).toEqual(Object.keys(columns))
  })

  test('hold marts in SPICE and ask Athena for the events', () => {
    expect(dataSet('user_activity').ImportMode).toBe('DIRECT_QUERY')
    expect(dataSet('unique_visitors_per_day').ImportMode).toBe('SPICE')
    expect(REFRESHED_VIEWS).toEqual(
      publicViews.map(({ name }) => name).filter((name) => name !== 'user_activity'),
    )
  })

  test('read the published database through the enforced workgroup', () => {
    expect(dataSet('user_activity').PhysicalTableMap.view.RelationalTable).toMatchObject({
      Catalog: 'AwsDataCatalog',
      Schema: batch.names.viewDatabase,
      Name: 'user_activity',
    })
    expect(batch.ofType('AWS::QuickSight::DataSource')[0]?.[1].Properties).toMatchObject({
      Type: 'ATHENA',
      DataSourceParameters: { AthenaParameters: { WorkGroup: batch.names.workgroup } },
    })
  })

  test('know what QuickSight calls our types, and show ids as text, to the last digit', () => {
    const events = DATA_SETS.find(({ view }) => view === 'user_activity')
    expect(Object.fromEntries(events?.columns.map(({ name, type }) => [name, type]) ?? [])).toMatchObject({
      event_time: 'DATETIME',
      event_type: 'STRING',
      category_id: 'INTEGER',
      price: 'DECIMAL',
    })
    const transforms = dataSet('user_activity').LogicalTableMap.view.DataTransforms
    expect(transforms).toContainEqual({
      CastColumnTypeOperation: { ColumnName: 'category_id', NewColumnType: 'STRING' },
    })
  })

  test('do not hold up a deployment that comes before the first night', () => {
    expect(dataSet('unique_visitors_per_day').IngestionWaitPolicy).toEqual({ WaitForSpiceIngestion: false })
  })
})
