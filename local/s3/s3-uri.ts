import { AwsError } from '../registry.ts'

export interface S3Location {
  readonly bucket: string
  /** The key, or a prefix that ends with `/`. */
  readonly key: string
}

export const parseS3Uri = (uri: string): S3Location => {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? []
  if (bucket === undefined)
    throw new AwsError('InvalidInputException', `${uri} is no S3 location (s3://bucket/key)`)
  return { bucket, key }
}
