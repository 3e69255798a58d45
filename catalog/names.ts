/** Where a deployment lives: every physical name follows from this. */
export interface Deployment {
  /** Suffix of every physical name: `dev`, `test`, `prod`. */
  readonly environment: string
  readonly region: string
  /** What else ends the buckets' names, which are unique in all of AWS: `-111122223333`. */
  readonly bucketSuffix?: string
}

/** The environment that has the databases and the crawler under the names that users know. */
const PLAIN = 'dev'

/** The physical names of a deployment: one place for CDK, the Lambdas and the embedded platform. */
export const namesOf = ({ environment, region, bucketSuffix = '' }: Deployment) => ({
  rawBucket: `ecommerce-raw-${region}-${environment}${bucketSuffix}`,
  lakeBucket: `ecommerce-lake-${region}-${environment}${bucketSuffix}`,
  resultsBucket: `ecommerce-athena-results-${region}-${environment}${bucketSuffix}`,
  logsBucket: `ecommerce-access-logs-${region}-${environment}${bucketSuffix}`,
  rawDatabase: besides('-', 'db-ecommerce-raw', environment),
  /** Versioned tables that only the pipeline reads. */
  lakeDatabase: besides('_', 'ecommerce_lake', environment),
  /** The published views: what analysts query. */
  viewDatabase: besides('_', 'ecommerce', environment),
  crawler: besides('-', 'ecomm-user-activity-crawler-1', environment),
  csvClassifier: `ecomm-user-activity-csv-${environment}`,
  jsonClassifier: `ecomm-user-activity-json-${environment}`,
  glueSecurity: `ecomm-lakehouse-${environment}`,
  curateJob: `ecomm-curate-user-activity-${environment}`,
  profileDataset: `ecomm-user-activity-raw-${environment}`,
  profileJob: `ecomm-profile-user-activity-${environment}`,
  /** Analysts, dashboards, tests and views: enforced. */
  workgroup: `ecomm-lakehouse-${environment}`,
  /** CTAS of marts alone: Athena refuses `external_location` in a workgroup that is enforced. */
  martWorkgroup: `ecomm-lakehouse-marts-${environment}`,
  /** The one that every account has, and that clients take where they name none. */
  primaryWorkgroup: 'primary',
  nightly: `ecomm-nightly-${environment}`,
  nightlyDeadLetters: `ecomm-nightly-dead-letters-${environment}`,
  /** Ends of executions that could not be recorded and told. */
  endsDeadLetters: `ecomm-execution-ends-dead-letters-${environment}`,
  /** Curates a range of months, each in an execution of `backfillMonth`, and publishes them by one night. */
  backfill: `ecomm-backfill-${environment}`,
  backfillMonth: `ecomm-backfill-month-${environment}`,
  rollback: `ecomm-rollback-${environment}`,
  vacuum: `ecomm-vacuum-${environment}`,
  vacuumDeadLetters: `ecomm-vacuum-dead-letters-${environment}`,
  /** Stream 1: what the shop sends. Stream 2: what the rules found. */
  eventStream: besides('-', 'ecommerce-raw-user-activity-stream-1', environment),
  findingStream: besides('-', 'ecommerce-raw-user-activity-stream-2', environment),
  /** Records of stream 1 that are no events. */
  deadLetterStream: besides('-', 'ecommerce-raw-user-activity-dead-letters', environment),
  flinkApplication: besides('-', 'ecomm-streaming-app-v1', environment),
  /** Persists stream 1. */
  eventDelivery: `ecomm-raw-user-activity-${environment}`,
  /** A second copy of what was persisted. */
  backupBucket: `ecommerce-raw-backup-${region}-${environment}${bucketSuffix}`,
  /** What functions on streams could not process. */
  failuresBucket: `ecommerce-stream-failures-${region}-${environment}${bucketSuffix}`,
  /** Alerts and incidents. */
  controlTable: besides('-', 'ddb-ecommerce-tab-1', environment),
  incidentsTopic: besides('-', 'ecomm-user-high-severity-incidents', environment),
  /** Sends persisted events into stream 1 again. */
  replay: `ecomm-replay-${environment}`,
  scheduleGroup: `ecomm-lakehouse-${environment}`,
  operationsTopic: `ecomm-lakehouse-operations-${environment}`,
  quicksightDataSource: `ecomm-lakehouse-${environment}`,
  /** The QuickSight data set (and the SPICE copy) of a view. */
  dataSet: (view: string) => `ecomm-${view.replaceAll('_', '-')}-${environment}`,
  /** The one that users know by its name has it. */
  lambda: (handler: string) =>
    handler === 'detect-high-event-volume'
      ? besides('-', `ecomm-${handler}`, environment)
      : `ecomm-${handler}-${environment}`,
})

/** Two environments can share an account, so only one of them has the plain name. */
const besides = (separator: string, name: string, environment: string): string =>
  environment === PLAIN ? name : `${name}${separator}${environment}`

export type Names = ReturnType<typeof namesOf>

export const DEFAULT_DEPLOYMENT: Deployment = { environment: PLAIN, region: 'us-east-1' }
