import { z } from 'zod'
import { namesOf } from '../../catalog/names.ts'
import { type Sizing, WORKER_DPUS, type WorkerType } from '../../cost/sizing.ts'

const text = z.string().min(1)

const sizing = z.object({
  workerType: z.enum(Object.keys(WORKER_DPUS) as WorkerType[]),
  workers: z.number().int(),
  profileNodes: z.number().int(),
}) satisfies z.ZodType<Sizing>

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
    OPERATIONS_TOPIC_ARN: text,
    /** Whose commands messages name: the AWS CLI's, or those of the embedded platform. */
    OPERATED_BY: z.enum(['aws', 'lake']).default('aws'),
    /** The folder that the embedded platform's commands have to name, where it is not the usual one. */
    LAKE_FOLDER: z.string().default(''),
    /** Whether the deployment has data sets in QuickSight. */
    REFRESH_DASHBOARDS: z.stringbool().default(true),
    /** With what the deployment's jobs work, as JSON: costs are estimated with it. */
    SIZING: text
      .transform((json) => sizing.parse(JSON.parse(json)))
      .nullable()
      .default(null),
    /** Where this environment's thresholds differ from the rules' own, as JSON. */
    QUALITY: text.default('{}'),
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
    operationsTopicArn: v.OPERATIONS_TOPIC_ARN,
    operatedBy: v.OPERATED_BY,
    lakeFolder: v.LAKE_FOLDER,
    refreshesDashboards: v.REFRESH_DASHBOARDS,
    quality: v.QUALITY,
    sizing: v.SIZING,
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
