import { beforeAll, describe, expect, test } from 'vitest'
import { auditViewSql } from '../../athena-views/audit-view.ts'
import { auditTables, storedAudit } from '../../catalog/audit.ts'
import { glueType } from '../../catalog/column.ts'
import { METRICS_NAMESPACE } from '../../catalog/metrics.ts'
import { configurationOf } from '../../infra/config.ts'
import { viewSql } from '../../local/athena/stored-view.ts'
import { storedDescription } from '../../sql/athena/stored-view.ts'
import { synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized('prod')
})

const tablesNamed = (name: string) =>
  batch.ofType('AWS::Glue::Table').filter(([, { Properties }]) => Properties.TableInput.Name === name)
const inDatabase = (name: string, database: string) => {
  const [id] = batch
    .ofType('AWS::Glue::Database')
    .find(([, { Properties }]) => Properties.DatabaseInput.Name === database) ?? ['']
  const found = tablesNamed(name).find(([, { Properties }]) => Properties.DatabaseName.Ref === id)
  if (!found) throw new Error(`no ${name} in ${database}`)
  return found[1].Properties.TableInput
}

describe.each(auditTables)('the audit table $name', (table) => {
  test('reads lines of JSON below the lake bucket', () => {
    const { StorageDescriptor, PartitionKeys, Parameters } = inDatabase(table.name, batch.names.lakeDatabase)
    expect(StorageDescriptor).toMatchObject({
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    })
    expect(JSON.stringify(StorageDescriptor.Location)).toContain(`/audit/${table.name}/`)
    expect(PartitionKeys).toEqual([])
    expect(Parameters.classification).toBe('json')
    expect(
      StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
    ).toEqual(Object.entries(storedAudit(table).columns).map(([name, column]) => [name, glueType(column)]))
  })

  test('has a view from the deployment on, as Athena keeps one, with the types that analysts see', () => {
    const view = inDatabase(table.name, batch.names.viewDatabase)
    expect(view).toMatchObject({
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewExpandedText: '/* Presto View */',
      PartitionKeys: [],
    })
    const sql = viewSql(view)
    expect(sql).toBe(auditViewSql(batch.names, table))
    expect(sql).toContain(`FROM "ecommerce_lake_prod"."${table.name}"`)
    expect(view.StorageDescriptor.Columns).toContainEqual(
      expect.objectContaining({ Name: 'started_at', Type: 'timestamp' }),
    )
    const stored = JSON.parse(storedDescription(view.ViewOriginalText) ?? '')
    expect(stored).toMatchObject({ catalog: 'awsdatacatalog', schema: 'ecommerce_prod' })
    expect(stored.columns).toContainEqual({ name: 'started_at', type: 'timestamp(3)' })
    expect(stored.columns).toContainEqual({ name: 'cost_usd', type: 'decimal(12,4)' })
  })
})

test('functions know with what the jobs work, to estimate what a run cost', () => {
  const { workerType, workers } = configurationOf('prod').glue
  const job = batch.ofType('AWS::Glue::Job')[0]?.[1].Properties
  const profile = batch.ofType('AWS::DataBrew::Job')[0]?.[1].Properties
  for (const { environment } of Object.values(batch.functions).filter(({ name }) => name.includes('record-')))
    expect(JSON.parse(environment.SIZING ?? '')).toEqual({
      workerType,
      workers,
      profileNodes: profile.MaxCapacity,
    })
  expect([job.WorkerType, job.NumberOfWorkers]).toEqual([workerType, workers])
})

describe('the alarm on silence', () => {
  const silence = (from: typeof batch) =>
    from
      .ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.Namespace === METRICS_NAMESPACE)

  test('tells that no night has come to its end for 26 hours', () => {
    expect(silence(batch)).toHaveLength(1)
    const { Properties } = silence(batch)[0]?.[1] ?? {}
    expect(Properties).toMatchObject({
      MetricName: 'NightsSucceeded',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 26,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
    expect(Properties.Dimensions).toEqual(
      expect.arrayContaining([
        { Name: 'service', Value: 'record-run' },
        { Name: 'environment', Value: 'prod' },
      ]),
    )
    // CloudWatch takes periods of an hour over seven days at most.
    expect(Properties.Period * Properties.EvaluationPeriods).toBeLessThanOrEqual(604_800)
    const [[topic] = ['']] = batch.ofType('AWS::SNS::Topic')
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }])
  })

  test('is not there where nothing starts nights', () => {
    expect(silence(synthesized('dev'))).toEqual([])
  })
})
