import { z } from 'zod'

/** No limit, where Lambda spells one as -1. */
const endless = (value: number): number => (value < 0 ? Number.POSITIVE_INFINITY : value)

const properties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  Enabled: z.boolean().default(true),
  BatchSize: z.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.number().min(0).max(300).default(0),
  ParallelizationFactor: z.number().int().min(1).max(10).default(1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumRetryAttempts: z.number().int().min(-1).max(10_000).default(-1).transform(endless),
  MaximumRecordAgeInSeconds: z.number().int().min(-1).max(604_800).default(-1).transform(endless),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
})

/** An event source mapping of a function on a stream, as its template configures it. */
export interface MappingConfig {
  readonly functionName: string
  readonly streamArn: string
  readonly stream: string
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST'
  readonly isEnabled: boolean
  readonly batchSize: number
  readonly batchingWindowMs: number
  readonly parallelizationFactor: number
  readonly bisects: boolean
  readonly reportsFailures: boolean
  readonly maximumRetries: number
  readonly maximumAgeMs: number
  /** The bucket of what could not be processed; null where that is thrown away. */
  readonly failureBucket: string | null
}

const BUCKET_ARN = /^arn:aws[\w-]*:s3:::(.+)$/

/** @param resolved Properties of an `AWS::Lambda::EventSourceMapping` without intrinsic functions. */
export function mappingConfig(resolved: unknown): MappingConfig {
  const given = properties.parse(resolved)
  const destination = given.DestinationConfig?.OnFailure?.Destination
  const [, bucket] = BUCKET_ARN.exec(destination ?? '') ?? []
  if (destination !== undefined && bucket === undefined)
    throw new Error(`an on-failure destination other than a bucket is not emulated: ${destination}`)
  return {
    functionName: given.FunctionName.split(':').at(-1) ?? '',
    streamArn: given.EventSourceArn,
    stream: given.EventSourceArn.split('/').at(-1) ?? '',
    startingPosition: given.StartingPosition,
    isEnabled: given.Enabled,
    batchSize: given.BatchSize,
    batchingWindowMs: given.MaximumBatchingWindowInSeconds * 1000,
    parallelizationFactor: given.ParallelizationFactor,
    bisects: given.BisectBatchOnFunctionError,
    reportsFailures: given.FunctionResponseTypes.length > 0,
    maximumRetries: given.MaximumRetryAttempts,
    maximumAgeMs: given.MaximumRecordAgeInSeconds * 1000,
    failureBucket: bucket ?? null,
  }
}
