import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Names } from '../catalog/names.ts'

/** The ARNs of a deployment, spelled from its names: roles can be written before or after what they are for. */
export function arnsOf(scope: Construct, names: Names) {
  const stack = Stack.of(scope)
  const arn = (
    service: string,
    resource: string,
    resourceName: string,
    arnFormat = ArnFormat.SLASH_RESOURCE_NAME,
  ) => stack.formatArn({ service, resource, resourceName, arnFormat })
  const bucket = (name: string) => ({
    bucket: `arn:${stack.partition}:s3:::${name}`,
    keys: (prefix: string) => `arn:${stack.partition}:s3:::${name}/${prefix}*`,
  })
  return {
    raw: bucket(names.rawBucket),
    lake: bucket(names.lakeBucket),
    results: bucket(names.resultsBucket),
    backup: bucket(names.backupBucket),
    stream: (name: string) => arn('kinesis', 'stream', name),
    catalog: stack.formatArn({ service: 'glue', resource: 'catalog' }),
    database: (name: string) => arn('glue', 'database', name),
    table: (database: string, table: string) => arn('glue', 'table', `${database}/${table}`),
    /** Athena looks for this database whatever a query names. */
    defaultDatabase: arn('glue', 'database', 'default'),
    workgroup: (name: string) => arn('athena', 'workgroup', name),
    dataCatalog: arn('athena', 'datacatalog', 'AwsDataCatalog'),
    nightly: arn('states', 'stateMachine', names.nightly, ArnFormat.COLON_RESOURCE_NAME),
    stateMachine: (machine: string) => arn('states', 'stateMachine', machine, ArnFormat.COLON_RESOURCE_NAME),
    /** All executions of a state machine. */
    executions: (machine: string) =>
      arn('states', 'execution', `${machine}:*`, ArnFormat.COLON_RESOURCE_NAME),
    topic: (name: string) =>
      stack.formatArn({ service: 'sns', resource: name, arnFormat: ArnFormat.NO_RESOURCE_NAME }),
    /** A log group and the streams in it. */
    logGroup: (name: string) => `${arn('logs', 'log-group', name, ArnFormat.COLON_RESOURCE_NAME)}:*`,
    dataSets: arn('quicksight', 'dataset', names.dataSet('*')),
  }
}

export type Arns = ReturnType<typeof arnsOf>
