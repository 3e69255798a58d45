import { AthenaClient } from '@aws-sdk/client-athena'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { kinesisClient } from '../../stream/simulator/kinesis-client.ts'

/**
 * A client that is made at its first use, and anew where `AWS_ENDPOINT_URL_<SERVICE>` has changed since: the SDK reads the
 * variable only once, the embedded platform starts on another port each time.
 */
const lazily = <C>(service: string, create: (hasEndpoint: boolean) => C): (() => C) => {
  let made: { endpoint: string | undefined; client: C } | undefined
  return () => {
    const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`]
    if (!made || made.endpoint !== endpoint) made = { endpoint, client: create(endpoint !== undefined) }
    return made.client
  }
}

// Virtual-hosted addresses (bucket.127.0.0.1) don't resolve, so an endpoint of one's own gets path style.
export const s3 = lazily('S3', (hasEndpoint) => new S3Client({ forcePathStyle: hasEndpoint }))
export const glue = lazily('GLUE', () => new GlueClient())
export const athena = lazily('ATHENA', () => new AthenaClient())
export const stepFunctions = lazily('SFN', () => new SFNClient())
export const sns = lazily('SNS', () => new SNSClient())
export const kinesis = lazily('KINESIS', () => kinesisClient())
export const dynamodb = lazily('DYNAMODB', () => new DynamoDBClient())
