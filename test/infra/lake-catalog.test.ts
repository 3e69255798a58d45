import { beforeAll, describe, expect, test } from 'vitest'
import { MARTS } from '../../athena-views/index.ts'
import { type Columns, glueType } from '../../catalog/column.ts'
import { curatedEvents, quarantinedRows } from '../../catalog/events.ts'
import { namesOf } from '../../catalog/names.ts'
import { synthesized } from './synthesized.ts'

let batch: ReturnType<typeof synthesized>
beforeAll(() => {
  batch = synthesized()
})

const table = (name: string) => {
  const found = batch
    .ofType('AWS::Glue::Table')
    .find(([, { Properties }]) => Properties.TableInput.Name === name)
  if (!found) throw new Error(`no table ${name}`)
  return found[1].Properties.TableInput
}
const pairs = (columns: Columns) => Object.entries(columns).map(([name, column]) => [name, glueType(column)])
const pairsOf = (columns: { Name: string; Type: string }[]) => columns.map(({ Name, Type }) => [Name, Type])

describe('the tables of the lake', () => {
  test.each([curatedEvents, quarantinedRows])('$name has the columns and keys of the catalog', (expected) => {
    const { StorageDescriptor, PartitionKeys, Parameters } = table(expected.name)
    expect(pairsOf(StorageDescriptor.Columns)).toEqual(pairs(expected.columns))
    expect(pairsOf(PartitionKeys)).toEqual(pairs(expected.partitionKeys))
    expect(Parameters.classification).toBe('parquet')
  })

  test.each(MARTS)('mart $name has its columns, partitioned by version, in its own folder', (mart) => {
    const { StorageDescriptor, PartitionKeys, Description } = table(mart.name)
    expect(pairsOf(StorageDescriptor.Columns)).toEqual(pairs(mart.columns))
    expect(pairsOf(PartitionKeys)).toEqual([['version', 'string']])
    expect(JSON.stringify(StorageDescriptor.Location)).toContain(`/marts/${mart.name}/`)
    expect(Description).toBe(mart.grain)
  })

  test('category_id is a BIGINT and money has two digits behind the point', () => {
    const { StorageDescriptor, PartitionKeys } = table(curatedEvents.name)
    expect(pairsOf(PartitionKeys)).toContainEqual(['category_id', 'bigint'])
    expect(pairsOf(StorageDescriptor.Columns)).toContainEqual(['price', 'decimal(10,2)'])
  })

  test('lie in the database that only the pipeline reads; raw tables and views have their own', () => {
    const { rawDatabase, lakeDatabase, viewDatabase } = batch.names
    const names = batch
      .ofType('AWS::Glue::Database')
      .map(([, { Properties }]) => Properties.DatabaseInput.Name)
    expect(names.sort()).toEqual([rawDatabase, lakeDatabase, viewDatabase].sort())
  })

  test('have the names that users know in dev, and others in every environment that may share its account', () => {
    const databases = (environment: string) => {
      const { rawDatabase, lakeDatabase, viewDatabase, crawler } = namesOf({
        environment,
        region: 'us-east-1',
      })
      return [rawDatabase, lakeDatabase, viewDatabase, crawler]
    }
    expect(databases('dev')).toEqual([
      'db-ecommerce-raw',
      'ecommerce_lake',
      'ecommerce',
      'ecomm-user-activity-crawler-1',
    ])
    expect(databases('prod')).toEqual([
      'db-ecommerce-raw-prod',
      'ecommerce_lake_prod',
      'ecommerce_prod',
      'ecomm-user-activity-crawler-1-prod',
    ])
  })
})

describe('the crawler', () => {
  const crawler = () => batch.ofType('AWS::Glue::Crawler')[0]?.[1].Properties

  test('has the name that users know and reads what was unpacked and what was persisted', () => {
    expect(crawler()).toMatchObject({
      Name: 'ecomm-user-activity-crawler-1',
      Targets: {
        S3Targets: ['ecomm_user_activity_uncompressed', 'ecomm_user_activity_stream'].map((zone) => ({
          Path: `s3://${batch.names.rawBucket}/${zone}/`,
          SampleSize: 2,
        })),
      },
    })
  })

  test('shows drift: it takes columns from the files, and what is gone stays to be seen', () => {
    expect(crawler()).toMatchObject({
      RecrawlPolicy: { RecrawlBehavior: 'CRAWL_EVERYTHING' },
      SchemaChangePolicy: { UpdateBehavior: 'UPDATE_IN_DATABASE', DeleteBehavior: 'LOG' },
    })
    const classifiers = batch.ofType('AWS::Glue::Classifier').map(([, { Properties }]) => Properties)
    const Properties = classifiers.find(({ CsvClassifier }) => CsvClassifier)
    expect(Properties.CsvClassifier).toMatchObject({ ContainsHeader: 'PRESENT', Delimiter: ',' })
    expect(Properties.CsvClassifier).not.toHaveProperty('Header')
  })

  test('asks first whether a file is of JSON, because a line of it could pass for CSV', () => {
    const ids = crawler().Classifiers.map(({ Ref }: { Ref: string }) => Ref)
    const kinds = ids.map((id: string) => {
      const [, found] = batch.ofType('AWS::Glue::Classifier').find(([name]) => name === id) ?? []
      return Object.keys(found?.Properties ?? {})
    })
    expect(kinds).toEqual([['JsonClassifier'], ['CsvClassifier']])
  })

  test('may read both zones, and nothing else of the bucket', () => {
    const statements = batch
      .ofType('AWS::IAM::Policy')
      .filter(([id]) => id.startsWith('RawCrawler') || id.includes('Crawler'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) => [Action].flat().includes('s3:GetObject'))
    const text = JSON.stringify(statements)
    expect(text).toContain('/ecomm_user_activity_uncompressed/*')
    expect(text).toContain('/ecomm_user_activity_stream/*')
    expect(text).not.toContain('/ecomm_user_activity/*')
  })

  test('makes one table of the folder, whatever its months look like', () => {
    expect(JSON.parse(crawler().Configuration).Grouping).toEqual({
      TableGroupingPolicy: 'CombineCompatibleSchemas',
      TableLevelConfiguration: 2,
    })
  })
})
