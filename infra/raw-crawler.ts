import { CfnClassifier, CfnCrawler, type Database } from 'aws-cdk-lib/aws-glue'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { RAW, s3Uri } from '../catalog/layout.ts'
import type { Names } from '../catalog/names.ts'
import { arnsOf } from './arns.ts'
import type { EncryptionKey } from './encryption-key.ts'
import { glueLogging } from './glue-logging.ts'
import type { GlueSecurity } from './glue-security.ts'
import { permit } from './permissions.ts'

export interface RawCrawlerProps {
  readonly names: Names
  readonly database: Database
  readonly key: EncryptionKey
  readonly security: GlueSecurity
}

/** Exported files, and what Firehose persisted. */
const ZONES = [RAW.uncompressed, RAW.stream]

/** Finds the raw zone's files, months and columns; the state machine starts it. */
export class RawCrawler extends Construct {
  constructor(scope: Construct, id: string, { names, database, key, security }: RawCrawlerProps) {
    super(scope, id)
    const arns = arnsOf(this, names)
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('glue.amazonaws.com') })
    role.addToPolicy(key.usage())
    permit(role, [
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [arns.raw.bucket] },
      {
        actions: ['s3:GetObject'],
        resources: ZONES.map((zone) => arns.raw.keys(zone)),
        wildcard: 'Reads whatever files lie in the raw zone.',
      },
      {
        actions: [
          'glue:GetDatabase',
          'glue:GetTable',
          'glue:GetTables',
          'glue:CreateTable',
          'glue:UpdateTable',
          'glue:GetPartition',
          'glue:GetPartitions',
          'glue:BatchGetPartition',
          'glue:CreatePartition',
          'glue:BatchCreatePartition',
          'glue:UpdatePartition',
          'glue:BatchUpdatePartition',
        ],
        resources: [arns.catalog, arns.database(names.rawDatabase), arns.table(names.rawDatabase, '*')],
        wildcard: 'A crawler names its tables after the folders that it finds.',
      },
      // A crawler reads its own classifiers and security configuration, which have no ARN to name.
      {
        actions: ['glue:GetClassifier', 'glue:GetSecurityConfiguration'],
        resources: ['*'],
        wildcard: 'Classifiers and security configurations have no ARN of their own.',
      },
      ...glueLogging(arns),
    ])

    // It comes first: a line of JSON has commas enough to pass for one of CSV.
    const json = new CfnClassifier(this, 'Json', {
      jsonClassifier: { name: names.jsonClassifier, jsonPath: '$' },
    })
    const csv = new CfnClassifier(this, 'Csv', {
      csvClassifier: {
        name: names.csvClassifier,
        delimiter: ',',
        quoteSymbol: '"',
        // The names come from the files, not from here: else a drifted header would never be seen.
        containsHeader: 'PRESENT',
        allowSingleColumn: false,
        disableValueTrimming: true,
      },
    })
    const crawler = new CfnCrawler(this, 'Crawler', {
      name: names.crawler,
      description: 'Files, months and columns of the raw zone.',
      role: role.roleArn,
      databaseName: database.databaseName,
      classifiers: [json.ref, csv.ref],
      crawlerSecurityConfiguration: security.securityConfigurationName,
      targets: { s3Targets: ZONES.map((zone) => ({ path: s3Uri(names.rawBucket, zone), sampleSize: 2 })) },
      // Old months too, since files may be replaced; two samples a folder keep that cheap.
      recrawlPolicy: { recrawlBehavior: 'CRAWL_EVERYTHING' },
      // The gate judges the table as the files are now; a month that went away stays to be seen.
      schemaChangePolicy: { updateBehavior: 'UPDATE_IN_DATABASE', deleteBehavior: 'LOG' },
      configuration: JSON.stringify({
        Version: 1,
        CrawlerOutput: { Partitions: { AddOrUpdateBehavior: 'InheritFromTable' } },
        // The bucket is level 1: one table for each folder, whatever its months look like.
        Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas', TableLevelConfiguration: 2 },
      }),
    })
    crawler.node.addDependency(role)
  }
}
