/** Where a deployment lives: every physical name follows from these two. */
export interface Deployment {
  /** Suffix of every physical name: `dev`, `test`, `prod`. */
  readonly environment: string
  readonly region: string
}

/** The physical names of a deployment: one place for CDK, the Lambdas and the embedded platform. */
export const namesOf = ({ environment, region }: Deployment) => ({
  rawBucket: `ecommerce-raw-${region}-${environment}`,
  lakeBucket: `ecommerce-lake-${region}-${environment}`,
  resultsBucket: `ecommerce-athena-results-${region}-${environment}`,
  logsBucket: `ecommerce-access-logs-${region}-${environment}`,
  rawDatabase: 'db-ecommerce-raw',
  /** Versioned tables that only the pipeline reads. */
  lakeDatabase: 'ecommerce_lake',
  /** The published views: what analysts query. */
  viewDatabase: 'ecommerce',
  crawler: 'ecomm-user-activity-crawler-1',
  csvClassifier: `ecomm-user-activity-csv-${environment}`,
  glueSecurity: `ecomm-lakehouse-${environment}`,
  curateJob: `ecomm-curate-user-activity-${environment}`,
  profileDataset: `ecomm-user-activity-raw-${environment}`,
  profileJob: `ecomm-profile-user-activity-${environment}`,
  /** Analysts, dashboards, tests and views: enforced. */
  workgroup: `ecomm-lakehouse-${environment}`,
  /** CTAS of marts alone: Athena refuses `external_location` in a workgroup that is enforced. */
  martWorkgroup: `ecomm-lakehouse-marts-${environment}`,
  nightly: `ecomm-nightly-${environment}`,
  nightlyDeadLetters: `ecomm-nightly-dead-letters-${environment}`,
  scheduleGroup: `ecomm-lakehouse-${environment}`,
  operationsTopic: `ecomm-lakehouse-operations-${environment}`,
  quicksightDataSource: `ecomm-lakehouse-${environment}`,
  /** The QuickSight data set (and the SPICE copy) of a view. */
  dataSet: (view: string) => `ecomm-${view.replaceAll('_', '-')}-${environment}`,
  lambda: (handler: string) => `ecomm-${handler}-${environment}`,
})

export type Names = ReturnType<typeof namesOf>

export const DEFAULT_DEPLOYMENT: Deployment = { environment: 'dev', region: 'us-east-1' }
