import type { AthenaClient } from '@aws-sdk/client-athena'

export interface AthenaDialectConfig {
  /** Destroyed with the dialect. */
  readonly client: AthenaClient
  /** It says where results go, how they are encrypted and how much a query may scan. */
  readonly workGroup: string
  /** Where tables without a database in their name are looked for. */
  readonly database: string
  /** Default: `AwsDataCatalog`. */
  readonly catalog?: string
  /** Milliseconds between two looks at a running query: from `first` on doubled up to `max`. Default: 100 to 5,000. */
  readonly poll?: { readonly first: number; readonly max: number }
}
