import { z } from 'zod'

const bucketOf = (arn: string): string => arn.replace(/^arn:aws[\w-]*:s3:::/, '')
const buffering = z.object({
  IntervalInSeconds: z.number().min(0).max(900),
  SizeInMBs: z.number().min(1).max(128),
})
const destination = z.object({
  BucketARN: z.string().transform(bucketOf),
  Prefix: z.string().default(''),
  BufferingHints: buffering.default({ IntervalInSeconds: 300, SizeInMBs: 5 }),
  CompressionFormat: z.enum(['UNCOMPRESSED', 'GZIP']).default('UNCOMPRESSED'),
  FileExtension: z.string().default(''),
  ProcessingConfiguration: z
    .object({ Enabled: z.boolean(), Processors: z.array(z.looseObject({ Type: z.string() })) })
    .optional(),
})
const properties = z.object({
  DeliveryStreamName: z.string(),
  KinesisStreamSourceConfiguration: z.object({ KinesisStreamARN: z.string() }),
  ExtendedS3DestinationConfiguration: destination,
})

/** A delivery stream from a Kinesis stream to a bucket, as its template configures it. */
export interface DeliveryConfig {
  readonly name: string
  readonly stream: string
  readonly bucket: string
  /** With `!{timestamp:…}` in it. */
  readonly prefix: string
  readonly extension: string
  readonly isGzip: boolean
  readonly hasDelimiter: boolean
  readonly intervalMs: number
  readonly bufferBytes: number
  /** Holds a copy of every object; null for none. */
  readonly backupBucket: string | null
}

/**
 * @param resolved Properties of an `AWS::KinesisFirehose::DeliveryStream` without intrinsic functions.
 * @param backupBucket Where the bucket's objects are replicated to.
 */
export function deliveryConfig(resolved: unknown, backupBucket: string | null): DeliveryConfig {
  const {
    DeliveryStreamName,
    KinesisStreamSourceConfiguration,
    ExtendedS3DestinationConfiguration: s3,
  } = properties.parse(resolved)
  const { Enabled = false, Processors = [] } = s3.ProcessingConfiguration ?? {}
  const unknown = Processors.find(({ Type }) => Type !== 'AppendDelimiterToRecord')
  if (unknown) throw new Error(`${DeliveryStreamName}: the processor ${unknown.Type} is not emulated`)
  const isGzip = s3.CompressionFormat === 'GZIP'
  return {
    name: DeliveryStreamName,
    stream: KinesisStreamSourceConfiguration.KinesisStreamARN.split('/').at(-1) ?? '',
    bucket: s3.BucketARN,
    prefix: s3.Prefix,
    extension: s3.FileExtension || (isGzip ? '.gz' : ''),
    isGzip,
    hasDelimiter: Enabled && Processors.length > 0,
    intervalMs: s3.BufferingHints.IntervalInSeconds * 1000,
    bufferBytes: s3.BufferingHints.SizeInMBs * 1024 * 1024,
    backupBucket,
  }
}
