import { z } from 'zod'
import { namesOf } from '../../catalog/names.ts'

const text = z.string().min(1)

const variables = z
  .object({
    ENVIRONMENT: text,
    AWS_REGION: text,
    RAW_BUCKET: text,
    LAKE_BUCKET: text,
    RAW_DATABASE: text,
    LAKE_DATABASE: text,
    VIEW_DATABASE: text,
    WORKGROUP: text,
    STATE_MACHINE_ARN: text,
    /** Whether the deployment has data sets in QuickSight. */
    REFRESH_DASHBOARDS: z.stringbool().default(true),
    /** Which SQL the platform's Athena reads. */
    SQL_DIALECT: z.enum(['athena', 'duckdb']).default('athena'),
  })
  .transform((v) => ({
    environment: v.ENVIRONMENT,
    rawBucket: v.RAW_BUCKET,
    lakeBucket: v.LAKE_BUCKET,
    rawDatabase: v.RAW_DATABASE,
    workgroup: v.WORKGROUP,
    stateMachineArn: v.STATE_MACHINE_ARN,
    refreshesDashboards: v.REFRESH_DASHBOARDS,
    dialect: v.SQL_DIALECT,
    names: {
      ...namesOf({ environment: v.ENVIRONMENT, region: v.AWS_REGION }),
      // The buckets' names may have a suffix that only the deployment knows.
      rawBucket: v.RAW_BUCKET,
      lakeBucket: v.LAKE_BUCKET,
      lakeDatabase: v.LAKE_DATABASE,
      viewDatabase: v.VIEW_DATABASE,
    },
  }))

export type Environment = z.output<typeof variables>

/** What the function was deployed with. Read at each call: tests and the embedded platform set it late. */
export const environment = (): Environment => {
  const parsed = variables.safeParse(process.env)
  if (parsed.success) return parsed.data
  throw new Error(`The function's environment is incomplete:\n${z.prettifyError(parsed.error)}`)
}
