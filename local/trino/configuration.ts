import { curatedEvents } from '../../catalog/events.ts'
import type { Names } from '../../catalog/names.ts'
import { CATALOG } from '../athena/statement-parts.ts'

export interface TrinoPlace {
  readonly port: number
  /** Where Glue and S3 answer: the platform's wire door. */
  readonly endpoint: string
  readonly environment: Readonly<Record<string, string>>
  readonly names: Pick<Names, 'lakeDatabase'>
}

type Properties = Readonly<Record<string, string | number | boolean>>

/** The server: a coordinator that works too, and writes with one writer as Athena's limit of partitions assumes. */
const server = ({ port }: TrinoPlace): Properties => ({
  coordinator: true,
  'node-scheduler.include-coordinator': true,
  'http-server.http.port': port,
  'discovery.uri': `http://127.0.0.1:${port}`,
  'task.min-writer-count': 1,
  'task.max-writer-count': 1,
})

/**
 * Athena's catalog. Tables, partitions and views are Glue's, and files S3's, both through AWS's own clients and the wire
 * door: nothing of the lake is told to Trino on another way, so what it sees is what Athena would.
 */
const catalog = ({ endpoint, environment, names }: TrinoPlace): Properties => ({
  'connector.name': 'hive',
  'hive.metastore': 'glue',
  'hive.metastore.glue.endpoint-url': endpoint,
  'hive.metastore.glue.region': environment.AWS_REGION ?? '',
  'hive.metastore.glue.aws-access-key': environment.AWS_ACCESS_KEY_ID ?? '',
  'hive.metastore.glue.aws-secret-key': environment.AWS_SECRET_ACCESS_KEY ?? '',
  // Lambdas change the catalog beside Trino.
  'hive.metastore-cache-ttl': '0s',
  // What a version of the events holds never changes, and is listed category by category: half of all that a query asks S3.
  'hive.file-status-cache-tables': `${names.lakeDatabase}.${curatedEvents.name}`,
  'hive.file-status-cache-expire-time': '1h',
  // The catalog keeps no statistics.
  'hive.table-statistics-enabled': false,
  'hive.collect-column-statistics-on-write': false,
  'fs.native-s3.enabled': true,
  's3.endpoint': endpoint,
  's3.region': environment.AWS_REGION ?? '',
  's3.path-style-access': true,
  's3.aws-access-key': environment.AWS_ACCESS_KEY_ID ?? '',
  's3.aws-secret-key': environment.AWS_SECRET_ACCESS_KEY ?? '',
  // A CREATE TABLE AS may say where its files go, as in Athena.
  'hive.non-managed-table-writes-enabled': true,
  // Athena's limit on the partitions that one statement may write.
  'hive.max-partitions-per-writers': 100,
})

const text = (properties: Properties): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

/** Trino's configuration files by path. */
export const configurationFiles = (place: TrinoPlace): Readonly<Record<string, string>> => ({
  'config.properties': text(server(place)),
  [`catalog/${CATALOG}.properties`]: text(catalog(place)),
})
